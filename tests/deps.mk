# SPDX-License-Identifier: GPL-2.0-or-later
#
# Check for what building and testing need. A line names each missing package;
# "make deps" installs them.

deb_check := bats busybox-static cpio device-tree-compiler gcc g++ \
	     iputils-ping jq kmod mandoc perl-base python3 qemu-system-x86 strace valgrind xz-utils fish zsh \
	     libclang-rt-14-dev clang tmux
deb_coverage := gcovr
deb_build := gcc libc6-dev pkg-config linux-libc-dev

field	= $(word $(2),$(subst :, ,$(1)))
# Which column names the packages of this machine's package manager.
distro	:= $(if $(shell command -v apt-get),3,$(if $(shell command -v dnf),4,$(if $(shell command -v apk),5,3)))
row_ok	= $(PKG_CONFIG) --exists $(call field,$(1),1) 2>/dev/null || \
	  printf '\#include <stdio.h>\n\#include <%s>\n' $(call field,$(1),2) | \
	  $(CC) -E -xc - >/dev/null 2>&1
row_say = echo "$(call field,$(1),1) is missing: install $(call field,$(1),3) (Debian), $(call field,$(1),4) (Fedora) or $(call field,$(1),5) (Alpine), or run 'make deps'" >&2

$(O)/.deps $(O)/.deps-check: Makefile tests/deps.mk
	$(Q)mkdir -p $(@D)
	$(Q)ok=1; $(foreach d,$(deps_build) $(if $(findstring check,$@),$(deps_check)),{ $(call row_ok,$(d)); } || { $(call row_say,$(d)); ok=0; };) \
	[ $$ok = 1 ]
	$(Q)touch $@

debs_build = $(deb_build) $(foreach d,$(deps_build),$(call field,$(d),3))
debs_check = $(debs_build) $(foreach d,$(deps_check),$(call field,$(d),3)) \
	     $(deb_check)
rows	= $(foreach d,$(deps_build) $(deps_check),$(call field,$(d),$(distro)))

# Debian: install the packages of a list that are missing.
define apt_install
	$(Q)missing=`for p in $(1); do dpkg-query -W -f='$${Status}\n' $$p \
		2>/dev/null | grep -q 'ok installed' || echo $$p; done`; \
	if [ -z "$$missing" ]; then :; \
	elif [ `id -u` = 0 ]; then \
		echo "installing" $$missing; \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
		apt-get -qq install -y --no-install-recommends $$missing \
			>/dev/null; \
	else \
		echo "sudo apt-get install --no-install-recommends" $$missing; \
		exit 1; \
	fi
endef

ifeq ($(distro),3)
deps-build:
	$(call apt_install,$(debs_build))
deps-check deps:
	$(call apt_install,$(debs_check))
deps-coverage:
	$(call apt_install,$(debs_check) $(deb_coverage))
else ifeq ($(distro),4)
deps-build deps-check deps deps-coverage:
	$(Q)if [ `id -u` = 0 ]; then dnf -q -y install gcc make pkgconf $(rows); \
	else echo "sudo dnf install gcc make pkgconf $(rows)"; exit 1; fi
else
deps-build deps-check deps deps-coverage:
	$(Q)if [ `id -u` = 0 ]; then apk -q add build-base pkgconf linux-headers $(rows); \
	else echo "sudo apk add build-base pkgconf linux-headers $(rows)"; exit 1; fi
endif
