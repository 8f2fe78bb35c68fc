#!/usr/bin/env bash
# reads: /usr/lib/modules /usr/local /var/usrlocal/lib/depmod.d
# NVIDIA's modules came as an RPM of the dep-builder: makes them known to modprobe, and makes sure that they are for the
# kernel of this very image.
kernel=$(image_kernel)
require_modules "${kernel}" nvidia nvidia-drm nvidia-modeset nvidia-uvm
depmod --all "${kernel}"
