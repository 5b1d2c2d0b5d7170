/** Completion scripts by shell. Each asks `serin __complete`, so that they never go stale; the last line of the answer, `:0`, means file names. */
export const scripts: Readonly<Record<string, string>> = {
  bash: `# bash completion for serin
_serin() {
  local i glue="" line answer=() words=()
  COMPREPLY=()
  # bash takes --flag=value apart at the "="; here it is one word again.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    if [[ "\${COMP_WORDS[i]}" == "=" && \${#words[@]} -gt 0 ]]; then
      words[\${#words[@]} - 1]+="="
      glue=1
    elif [[ -n "$glue" ]]; then
      words[\${#words[@]} - 1]+="\${COMP_WORDS[i]}"
      glue=""
    else
      words+=("\${COMP_WORDS[i]}")
    fi
  done
  while IFS= read -r line; do answer+=("$line"); done < <(serin __complete -- "\${words[@]}" 2>/dev/null)
  local count=\${#answer[@]} current="\${words[\${#words[@]} - 1]}"
  [[ $count -gt 0 ]] || return 0
  if [[ "\${answer[count - 1]}" == ":0" ]]; then
    compopt -o default 2>/dev/null
    return 0
  fi
  for line in "\${answer[@]:0:count-1}"; do
    line="\${line%%$'\\t'*}"
    [[ "$current" == --*=* ]] && line="\${line#*=}"
    COMPREPLY+=("$line")
  done
}
complete -F _serin serin
`,
  zsh: `#compdef serin
# zsh completion for serin
_serin() {
  local -a answer found
  answer=("\${(@f)$(serin __complete -- "\${(@)words[2,CURRENT-1]}" "\${words[CURRENT]}" 2>/dev/null)}")
  if [[ "\${answer[-1]}" == ":0" ]]; then
    _files
    return
  fi
  local line
  for line in "\${(@)answer[1,-2]}"; do
    if [[ "$line" == *$'\\t'* ]]; then
      found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    else
      found+=("\${line//:/\\\\:}")
    fi
  done
  _describe 'serin' found
}
compdef _serin serin
`,
  fish: `# fish completion for serin
function __serin_complete
    set -l answer (serin __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
    if test "$answer[-1]" = ":0"
        __fish_complete_path (commandline -ct)
        return
    end
    for line in $answer[1..-2]
        echo $line
    end
end
complete -c serin -f -a '(__serin_complete)'
`,
}
