import { imageText } from './imageText.ts'
import './Code.css'

/** Images by name and tag; the whole reference on hover. */
export function Images({ images }: { images: readonly string[] }) {
  return (
    <span className="images">
      {images.map((image) => (
        <span key={image} title={image}>
          {imageText(image)}
        </span>
      ))}
    </span>
  )
}
