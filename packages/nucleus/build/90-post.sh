#!/usr/bin/env bash
# A server has nothing graphical. A package that somebody added, or what it needs, may have brought some of it.
found=()

for package in gdm lightdm sddm gnome-shell mutter kwin sway labwc weston wlroots cosmic-comp xorg-x11-server-Xorg \
  xorg-x11-server-Xwayland; do
  if rpm --quiet --query "${package}"; then
    found+=("the package ${package}")
  fi
done

# Whatever its name, a display server is one of these, and a desktop has a session to choose at the login.
for path in /usr/bin/Xorg /usr/bin/Xwayland /usr/bin/gnome-shell /usr/bin/mutter /usr/bin/kwin_wayland \
  /etc/systemd/system/display-manager.service /usr/share/wayland-sessions/*.desktop /usr/share/xsessions/*.desktop; do
  if [[ -e "${path}" || -L "${path}" ]]; then
    found+=("${path}")
  fi
done

target=$(systemctl get-default)
if [[ "${target}" != multi-user.target ]]; then
  found+=("the default target ${target}")
fi

if ((${#found[@]} > 0)); then
  printf 'nucleus has no desktop, but in the image is %s\n' "${found[@]}" >&2
  exit 1
fi
printf 'nothing graphical is in the image\n'
