# SPDX-License-Identifier: GPL-2.0-or-later
#
# make              build the library and the tools into $(O), "build"
# make check        install what the tests need, build, run them all
# make demo         install what is missing, build, show the main job
# make deps         install what building and testing need
# make soak         the long exchange between two threads
# make bench        the figures of speed, side by side with peers
# make fuzz         all parsers against anything, for FUZZ_SECONDS each,
#                   FUZZ_JOBS (2) at a time
# make coverage     what of lib/ and cmd/ tests reach, with and without guests
# make fault-all    each call of the tools that can fail does so once
# make healthy      10^6 sound rings, none of which may be found fault with
# make install      (DESTDIR, PREFIX, LIBDIR, MANDIR, DATADIR); make uninstall
# make lab-shell    a guest with the tools in it
# make lab-full     all tests in guests, also those that take minutes
#
# V=1 shows the commands; SAN=1 builds with ASan and UBSan, TSAN=1 with
# ThreadSanitizer, FUZZ=1 for libFuzzer, COV=1 counting what is reached, each
# into a folder of its own.

VERSION	:= 0.1.0
SOVERSION := 0

PREFIX	?= /usr/local
LIBDIR	?= $(PREFIX)/lib
MANDIR	?= $(PREFIX)/share/man
BINDIR	?= $(PREFIX)/bin
INCLUDEDIR ?= $(PREFIX)/include
DATADIR	?= $(PREFIX)/share
EXAMPLEDIR = $(DATADIR)/doc/virtio-inspect/examples

CC	?= cc
CFLAGS	?= -O2 -g
PKG_CONFIG ?= pkg-config

Q	:= $(if $(filter 1,$(V)),,@)
say	= $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(2)';)

ifeq ($(SAN),1)
O	?= build-san
san	:= -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	   -fno-omit-frame-pointer
else ifeq ($(FUZZ),1)
O	?= build-fuzz
CC	:= clang
# Warnings are for the build that is installed.
san	:= -fsanitize=address,undefined,fuzzer-no-link -w \
	   -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else ifeq ($(TSAN),1)
O	?= build-tsan
# Fences are only used to order a store before a load; nothing that
# ThreadSanitizer watches depends on them.
san	:= -fsanitize=thread -Wno-tsan
else ifeq ($(COV),1)
O	?= build-cov
CC	:= gcc
# Lines as they are written. Threads count, too.
CFLAGS	:= -O0 -g
san	:= --coverage -fprofile-update=atomic
# How a process ends must not lose what it counted; see the file.
cov_wrap := -Wl,--wrap=_exit -Wl,--wrap=raise
cov_obj	= $(O)/tests/coverage/flush.o
else
O	?= build
fortify	:= -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

warn	:= -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	   -Wvla -Wpointer-arith -Werror
# Rings are memory seen as several types, as in a kernel.
common	:= -std=gnu11 -Iinclude -D_GNU_SOURCE -MMD -MP $(warn) \
	   -fno-strict-aliasing -fstack-protector-strong -pthread $(san) \
	   $(fortify)
lib_cflags := $(common) -Ilib -fPIC -fvisibility=hidden -DVI_VERSION='"$(VERSION)"'
cmd_cflags := $(common) -fPIE -Icmd
ldflags	:= -pthread $(san) -Wl,-z,relro,-z,now -Wl,--as-needed
# The library in a tool: beside it, but where all that is counted has to be
# written at once.
tool_lib = $(if $(cov_obj),$(cov_wrap) $(cov_obj) -Wl$(,)--whole-archive \
	   $(alib) -Wl$(,)--no-whole-archive -ldl,-L$(O) -lvirtio-inspect)
,	:= ,

# --- What it is built from ------------------------------------------------

lib_src	:= $(sort $(wildcard lib/*/*.c lib/*/*/*.c))
lib_obj	:= $(lib_src:%.c=$(O)/%.o)
soname	:= libvirtio-inspect.so.$(SOVERSION)
solib	:= $(O)/$(soname)
alib	:= $(O)/libvirtio-inspect-all.a

tools	:= $(patsubst cmd/%/main.c,%,$(wildcard cmd/*/main.c))
tool_bin := $(tools:%=$(O)/%)
tool_obj = $(patsubst %.c,$(O)/%.o,$(wildcard cmd/$(1)/*.c cmd/$(1)/*/*.c))
# What unit tests see of the tools.
tool_alib := $(O)/tools-all.a
cmd_common := $(patsubst %.c,$(O)/%.o,$(wildcard cmd/common/*.c))

unit_src := $(wildcard tests/unit/test_*.c tests/unit/*/test_*.c)
# Tests go by their names alone once they are built, whatever room they test.
unit_bin_of = $(addprefix $(O)/tests/,$(basename $(notdir $(1))))
unit_bin := $(call unit_bin_of,$(unit_src))
bench_src := $(wildcard tests/bench/bench_*.c)
bench_bin := $(bench_src:tests/bench/%.c=$(O)/bench/%)
fuzz_src := $(wildcard tests/fuzz/fuzz_*.c)
fuzz_bin := $(fuzz_src:tests/fuzz/%.c=$(O)/fuzz/%)

all: $(solib) $(O)/libvirtio-inspect.so $(tool_bin)

# --- What it needs --------------------------------------------------------
# pkg-config name, header, package on Debian, Fedora, Alpine. Libraries named
# "later" are opened when first needed; only their headers are used here.

deps_build := \
	libpci:pci/pci.h:libpci-dev:pciutils-devel:pciutils-dev \
	libfdt:libfdt.h:libfdt-dev:libfdt-devel:dtc-dev \
	smartcols:libsmartcols/libsmartcols.h:libsmartcols-dev:libsmartcols-devel:util-linux-dev \
	jansson:jansson.h:libjansson-dev:jansson-devel:jansson-dev \
	libbpf:bpf/btf.h:libbpf-dev:libbpf-devel:libbpf-dev \
	ncursesw:ncursesw/curses.h:libncurses-dev:ncurses-devel:ncurses-dev
deps_check := cmocka:cmocka.h:libcmocka-dev:libcmocka-devel:cmocka-dev

include tests/deps.mk

pkgs_link := smartcols ncursesw
$(foreach p,$(pkgs_link),$(eval $(p)_libs = $$(shell $(PKG_CONFIG) --libs $(p))))
# What one tool is linked with beside the rest.
vqtop_libs := $(ncursesw_libs)
headers_of = $(shell $(PKG_CONFIG) --cflags-only-I libpci smartcols jansson libbpf \
	     2>/dev/null | tr -s ' ')

# --- Rules ----------------------------------------------------------------

$(O)/lib/%.o: lib/%.c | $(O)/.deps
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(lib_cflags) $(headers_of) $(CFLAGS) $(CPPFLAGS) -c $< -o $@

$(O)/cmd/%.o: cmd/%.c | $(O)/.deps
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(cmd_cflags) $(headers_of) $(CFLAGS) $(CPPFLAGS) -c $< -o $@

$(solib): $(lib_obj) lib/libvirtio-inspect.map
	$(call say,LD,$@)$(CC) $(ldflags) $(LDFLAGS) -shared \
		-Wl,-soname,$(soname) -Wl,-z,defs \
		-Wl,--version-script,lib/libvirtio-inspect.map \
		-o $@ $(lib_obj) -ldl

$(O)/libvirtio-inspect.so: $(solib)
	$(Q)ln -sf $(soname) $@

$(alib): $(lib_obj)
	$(Q)rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $^

# The tools find the library beside them in the build folder, and in LIBDIR
# once they are installed.
define tool_rule
$(O)/$(1): $(call tool_obj,$(1)) $(cmd_common) \
		$(O)/libvirtio-inspect.so | $(if $(cov_obj),$(alib) $(cov_obj))
	$$(call say,LD,$$@)$(CC) $(ldflags) $(LDFLAGS) -pie -o $$@ \
		$$(filter %.o,$$^) $(tool_lib) $(smartcols_libs) \
		$($(1)_libs) \
		-Wl,-rpath,'$$$$ORIGIN'
endef
$(foreach t,$(tools),$(eval $(call tool_rule,$(t))))

$(O)/tests/coverage/flush.o: tests/coverage/flush.c
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(filter-out --coverage,$(common)) -fPIE -c $< -o $@

$(tool_alib): $(filter-out %/main.o,$(foreach t,$(tools),$(call tool_obj,$(t)))) \
		$(cmd_common)
	$(Q)rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $^

# Unit tests see the inside of the library, with whose objects they are linked;
# those that are a tool for it, by having a name for one, that of tools, too.
$(call unit_bin_of,$(shell grep -l '^const char tool_name' $(unit_src) /dev/null)): \
		$(tool_alib)

# Those that make JSON of their own are linked with what the library opens.
$(call unit_bin_of,$(shell grep -l '<jansson.h>' $(unit_src) /dev/null)): \
		json_libs := -ljansson

# "wraps: mmap ioctl" in a test: those are functions of the test, there.
wraps	= $(addprefix -Wl$(,)--wrap=,$(shell sed -n 's/^ \* wraps: //p' $(1)))

# Where a test's source is: in the folder of the room that it tests.
vpath test_%.c $(sort $(dir $(unit_src)))
unit_dep = $(patsubst tests/unit/%.c,$(O)/tests/%.d,$(1))

$(O)/tests/%: %.c $(alib) | $(O)/.deps-check $(cov_obj)
	$(Q)mkdir -p $(dir $(call unit_dep,$<))
	$(call say,CC,$<)$(CC) $(filter-out -Wmissing-prototypes,$(common)) \
		-MF $(call unit_dep,$<) $(headers_of) -Ilib -Icmd -Itests/unit \
		$(CFLAGS) -DSRCDIR='"$(CURDIR)"' $< -o $@ \
		$(san) $(cov_wrap) $(cov_obj) $(call wraps,$<) -pthread \
		$(filter $(tool_alib),$^) \
		-Wl,--whole-archive $(alib) -Wl,--no-whole-archive -lcmocka \
		-Wl,--as-needed $(if $(filter $(tool_alib),$^),$(smartcols_libs)) \
		$(json_libs) -ldl

$(O)/bench/%: tests/bench/%.c $(alib) | $(O)/.deps
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(common) -Ilib $(CFLAGS) $< -o $@ -pthread \
		-Wl,--whole-archive $(alib) -Wl,--no-whole-archive -ldl

# Fuzzers, each with a main of our own, and with libFuzzer's; likewise.
$(foreach f,$(patsubst tests/fuzz/%.c,%,$(shell grep -l '^const char tool_name' $(fuzz_src) /dev/null)),$(O)/fuzz/$(f) $(O)/fuzz/$(f).lf): \
		$(tool_alib)

# Inputs that are JSON are changed by what they mean.
$(foreach f,$(patsubst tests/fuzz/%.c,%,$(shell grep -l '\<fuzz_schema\>' $(fuzz_src) /dev/null)),$(O)/fuzz/$(f) $(O)/fuzz/$(f).lf): \
		tests/fuzz/mutate_json.c
$(foreach f,$(patsubst tests/fuzz/%.c,%,$(shell grep -l '\<fuzz_schema\>' $(fuzz_src) /dev/null)),$(O)/fuzz/$(f) $(O)/fuzz/$(f).lf): \
		json_libs := -ljansson

$(O)/fuzz/%: tests/fuzz/%.c tests/fuzz/main.c tests/fuzz/common.c \
		tests/fuzz/fuzz.h tests/unit/folder.h $(alib) | $(O)/.deps
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(filter-out -MMD -MP,$(common)) $(headers_of) \
		-Ilib -Icmd $(CFLAGS) -DSRCDIR='"$(CURDIR)"' $(filter %.c,$^) -o $@ \
		$(filter $(tool_alib),$^) -Wl,--whole-archive $(alib) \
		-Wl,--no-whole-archive -Wl,--as-needed \
		$(if $(filter $(tool_alib),$^),$(smartcols_libs)) $(json_libs) \
		-ldl

$(O)/fuzz/%.lf: tests/fuzz/%.c tests/fuzz/common.c tests/fuzz/fuzz.h \
		tests/unit/folder.h $(alib) | $(O)/.deps
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(filter-out -MMD -MP,$(common)) $(headers_of) \
		-Ilib -Icmd $(CFLAGS) -DSRCDIR='"$(CURDIR)"' -fsanitize=fuzzer $(filter %.c,$^) -o $@ \
		$(filter $(tool_alib),$^) -Wl,--whole-archive $(alib) \
		-Wl,--no-whole-archive -Wl,--as-needed \
		$(if $(filter $(tool_alib),$^),$(smartcols_libs)) $(json_libs) \
		-ldl

# Made each time: it depends on where it goes, which is said on the command line.
.PHONY: $(O)/virtio-inspect.pc
$(O)/virtio-inspect.pc: Makefile
	$(Q)mkdir -p $(@D)
	$(Q)printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$(LIBDIR)' \
		'includedir=$(INCLUDEDIR)' '' 'Name: virtio-inspect' \
		'Description: inspect and drive virtio devices' \
		'Version: $(VERSION)' 'Libs: -L$${libdir} -lvirtio-inspect' \
		'Cflags: -I$${includedir}' > $@

-include $(lib_obj:.o=.d) $(call unit_dep,$(unit_src)) \
	$(wildcard $(O)/cmd/*/*.d $(O)/cmd/*/*/*.d $(O)/bench/*.d)

# --- Demo, tests, benchmarks ----------------------------------------------

demo: deps-build
	$(Q)$(MAKE) --no-print-directory all
	$(Q)O=$(O) sh tests/demo

check: deps-check
	$(Q)$(MAKE) --no-print-directory SAN= all unit
	$(Q)$(MAKE) --no-print-directory SAN=1 all unit fuzzers fault
	$(Q)$(MAKE) --no-print-directory SAN= TSAN=1 threaded
	$(Q)O=$(O) CC='$(CC)' bash tests/run all

# The exchange of two threads, 10^8 buffers for each kind of ring.
soak:
	$(Q)$(MAKE) --no-print-directory $(O)/tests/test_threads
	EXCHANGE=$${EXCHANGE:-100000000} $(O)/tests/test_threads test_one_piece

unit: $(unit_bin)

# What runs in several threads, for ThreadSanitizer.
threaded: $(patsubst %,$(O)/tests/test_%,threads ring_threads sample_threads sim bus pci_drive)

# make check-unit, check-cli, check-headers, check-install, check-lab: a part.
check-%: all unit
	$(Q)O=$(O) CC='$(CC)' SAN='$(SAN)' TSAN='$(TSAN)' bash tests/run $*

bench: all $(bench_bin)
	$(Q)O=$(O) bash tests/bench/run

fuzzers: $(fuzz_bin)

# With clang, libFuzzer finds its way by what is reached; else changes are made
# by chance.
fuzz: deps-check
	$(Q)if command -v clang >/dev/null; then \
		$(MAKE) --no-print-directory SAN= FUZZ=1 fuzz-run; \
	else \
		$(MAKE) --no-print-directory SAN=1 fuzz-run; \
	fi

fuzz-run: $(fuzz_bin) $(if $(FUZZ),$(fuzz_bin:%=%.lf))
	$(Q)O=$(O) bash tests/fuzz/run $(NAMES)

check-fuzz:
	$(Q)$(MAKE) --no-print-directory SAN=1 fuzzers
	$(Q)O=$(O) bash tests/run fuzz

# NAMES of modules of the lab; without, all. LAB=0: no guests.
coverage: deps-coverage
	$(Q)$(MAKE) --no-print-directory SAN= COV=1 all unit fuzzers
	$(Q)O=build-cov bash tests/coverage/run $(NAMES)

# What fails calls of the tools; it goes with their build, and knows its
# sanitizer.
fault-bin := $(O)/fault/fail $(O)/fault/preload.so
$(O)/fault/fail: tests/fault/main.c tests/fault/fault.h
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(filter-out $(san),$(common)) $(CFLAGS) $< -o $@

# The compiler must not take what it has for malloc() of the C library's.
$(O)/fault/preload.so: tests/fault/preload.c tests/fault/fault.h
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(filter-out $(san),$(common)) -fPIC -shared \
		-fno-builtin -fno-omit-frame-pointer -fno-stack-protector \
		$(CFLAGS) $< -o $@

fault: $(fault-bin)

fault-all: deps-check
	$(Q)$(MAKE) --no-print-directory SAN=1 all fault
	$(Q)O=build-san tests/fault/run --all $(NAMES)

check-fault:
	$(Q)$(MAKE) --no-print-directory SAN=1 all fault
	$(Q)O=$(O) bash tests/run fault

healthy:
	$(Q)$(MAKE) --no-print-directory $(O)/tests/test_healthy
	HEALTHY_RINGS=$${HEALTHY_RINGS:-1000000} $(O)/tests/test_healthy

lab-shell: all
	$(Q)O=$(O) tests/lab/shell

lab-full: deps-check
	$(Q)$(MAKE) --no-print-directory all
	$(Q)O=$(O) bash tests/run lab --full

# --- Installing -----------------------------------------------------------

install: all $(O)/virtio-inspect.pc
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig \
		$(DESTDIR)$(INCLUDEDIR)/virtio-inspect
	install -m 755 $(solib) $(DESTDIR)$(LIBDIR)/
	ln -sf $(soname) $(DESTDIR)$(LIBDIR)/libvirtio-inspect.so
	install -m 644 $(O)/virtio-inspect.pc $(DESTDIR)$(LIBDIR)/pkgconfig/
	install -m 644 include/virtio-inspect/*.h \
		$(DESTDIR)$(INCLUDEDIR)/virtio-inspect/
	set -e; for t in $(tools); do \
		$(MAKE) --no-print-directory -s O=$(O) installed-$$t; done
	set -e; for m in $(wildcard man/*.[1-9]); do \
		install -D -m 644 $$m \
			$(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	set -e; for t in $(tools); do \
		install -D -m 644 completions/bash/$$t \
			$(DESTDIR)$(DATADIR)/bash-completion/completions/$$t; \
		install -D -m 644 completions/zsh/_$$t \
			$(DESTDIR)$(DATADIR)/zsh/site-functions/_$$t; \
		install -D -m 644 completions/fish/$$t.fish \
			$(DESTDIR)$(DATADIR)/fish/vendor_completions.d/$$t.fish; \
	done
	install -d $(DESTDIR)$(EXAMPLEDIR)/prometheus
	install -m 644 examples/*.c $(DESTDIR)$(EXAMPLEDIR)/
	install -m 644 examples/prometheus/* $(DESTDIR)$(EXAMPLEDIR)/prometheus/

# Linked anew, to find the library where it is installed.
installed-%:
	$(Q)$(CC) $(ldflags) $(LDFLAGS) -pie -o $(DESTDIR)$(BINDIR)/$* \
		$(call tool_obj,$*) $(cmd_common) \
		-L$(O) -lvirtio-inspect $(smartcols_libs) $($*_libs) \
		$(if $(filter /usr/lib /usr/lib/% /lib /lib/%,$(LIBDIR)),,-Wl,-rpath,$(LIBDIR))

uninstall:
	rm -f $(DESTDIR)$(LIBDIR)/$(soname) \
		$(DESTDIR)$(LIBDIR)/libvirtio-inspect.so \
		$(DESTDIR)$(LIBDIR)/pkgconfig/virtio-inspect.pc \
		$(tools:%=$(DESTDIR)$(BINDIR)/%) \
		$(tools:%=$(DESTDIR)$(DATADIR)/bash-completion/completions/%) \
		$(tools:%=$(DESTDIR)$(DATADIR)/zsh/site-functions/_%) \
		$(tools:%=$(DESTDIR)$(DATADIR)/fish/vendor_completions.d/%.fish) \
		$(foreach m,$(notdir $(wildcard man/*.[1-9])),$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(m)))/$(m))
	rm -rf $(DESTDIR)$(INCLUDEDIR)/virtio-inspect $(DESTDIR)$(EXAMPLEDIR)

clean:
	rm -rf build build-san build-tsan build-fuzz build-cov

.PHONY: all demo check unit threaded soak bench fuzz fuzzers fuzz-run \
	check-fuzz fault fault-all check-fault coverage healthy lab-shell lab-full install uninstall clean deps \
	deps-build deps-check deps-coverage
.SECONDARY:
.DELETE_ON_ERROR:
