# shellcheck shell=sh
# Homebrew's programs come after the system's own. They belong to a user, so root does not get them.
immutablue_brew=/home/linuxbrew/.linuxbrew
if [ "$(id -u)" -ne 0 ] && [ -x "${immutablue_brew}/bin/brew" ]; then
  case ":${PATH}:" in
    *":${immutablue_brew}/bin:"*) ;;
    *) PATH="${PATH}:${immutablue_brew}/bin:${immutablue_brew}/sbin" ;;
  esac
  export PATH
fi
unset immutablue_brew
