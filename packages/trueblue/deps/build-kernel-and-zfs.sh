#!/usr/bin/env bash
# Downloads the long-term kernel and ZFS, builds ZFS's modules for that kernel, and leaves the RPMs of all below the
# folder $1, where the sub-stage 30-install-packages looks for them. So the image has this very kernel and these versions,
# whatever the repositories offer when it is built.
set -euo pipefail

out=$1/run/immutablue/rpms
here=$(dirname "$(readlink --canonicalize "$0")")
install --directory "${out}"

install_packages() {
  dnf --assumeyes --releasever="${RELEASE:?}" --refresh --setopt=install_weak_deps=False '--setopt=*.gpgcheck=1' \
    install "$@"
}

download_packages() {
  install_packages --downloadonly --destdir="${out}" "$@"
}

add_repositories() {
  local word
  for word in ${REPOSITORIES:-}; do
    curl --fail --silent --show-error --location --retry 2 --output "/etc/yum.repos.d/${word%%=*}" -- "${word#*=}"
  done
  # There is a repository for each series of long-term kernels.
  local longterm=kernel-longterm-${LTS_VERSION:?lts_version of packages.yaml is not set for this release}.repo
  if [[ ! -f "/etc/yum.repos.d/${longterm}" ]]; then
    printf 'lts_version is %s, and repo_urls of packages.yaml has no %s\n' "${LTS_VERSION}" "${longterm}" >&2
    exit 1
  fi
}

# Prints the release of the kernel whose headers are installed.
longterm_kernel() {
  rpm --query --list kernel-longterm-devel | sed --quiet 's|^/usr/src/kernels/\([^/]*\)$|\1|p'
}

build_modules() {
  local kernel=$1 version=$2
  local log=/var/lib/dkms/zfs/${version}/build/make.log
  # The key has to be one that the machine's firmware knows; dkms would make one of its own.
  local program=/nonexistent
  if [[ -e /run/secrets/mok-key ]]; then
    printf 'notice: the modules get the signature of mok-key\n'
    program=/usr/lib/modules/${kernel}/build/scripts/sign-file
  else
    printf 'notice: the modules get no signature: there is no secret mok-key\n'
  fi
  install --directory /etc/dkms/framework.conf.d /var/lib/dkms
  printf '%s\n' "sign_file=${program}" 'mok_signing_key=/run/secrets/mok-key' 'mok_certificate=/run/secrets/mok-key' \
    > /etc/dkms/framework.conf.d/immutablue.conf
  if ! dkms build -m zfs -v "${version}" -k "${kernel}"; then
    if [[ -f "${log}" ]]; then
      tail --lines=40 "${log}" >&2
    fi
    exit 1
  fi
}

package_modules() {
  local kernel=$1 version=$2 work directory
  work=$(mktemp --directory)
  directory=$(dirname "$(find "/var/lib/dkms/zfs/${version}/${kernel}" -name 'zfs.ko*' -print -quit)")
  # The same modules give the same RPM.
  SOURCE_DATE_EPOCH=$(stat --format %Y /usr/lib/os-release)
  export SOURCE_DATE_EPOCH
  rpmbuild -bb --quiet --define "_topdir ${work}" --define '_buildhost immutablue' \
    --define 'use_source_date_epoch_as_buildtime 1' --define 'build_mtime_policy clamp_to_source_date_epoch' \
    --define "kernel_version ${kernel}" --define "zfs_version ${version}" --define "modules_directory ${directory}" \
    "${here}/kmod-zfs.spec"
  find "${work}/RPMS" -name '*.rpm' -exec install --mode=0644 --target-directory="${out}" {} +
}

add_repositories
install_packages kernel-longterm-devel rpm-build
kernel=$(longterm_kernel)
download_packages "kernel-longterm-$(rpm --query --queryformat '%{VERSION}-%{RELEASE}' kernel-longterm-devel)"

install_packages "${ZFS_RPM_URL:?zfs_rpm_url of packages.yaml is not set for this release}"
# The package's script would build for the kernel that this machine runs.
install_packages --setopt=tsflags=noscripts zfs-dkms
zfs=$(rpm --query --queryformat '%{VERSION}' zfs-dkms)
download_packages "zfs-${zfs}" "zfs-dracut-${zfs}"

printf 'building the modules of zfs %s for kernel %s\n' "${zfs}" "${kernel}"
build_modules "${kernel}" "${zfs}"
package_modules "${kernel}" "${zfs}"
