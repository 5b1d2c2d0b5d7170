/** Whether a sentence is part of a text, with its full stop or without. */
export const isSaid = (sentence: string, text = ''): boolean => sentence !== '' && text.includes(sentence.replace(/\.$/, ''))
