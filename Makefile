# SPDX-License-Identifier: GPL-2.0-or-later
#
# make              build the library and the tools into $(O), "build"
# make check        install what the tests need, build, run all tests
# make demo         install what is missing, build, show the tools
# make deps         install what building and testing need
# make soak         exchange 10^8 buffers between two threads
# make bench        measure speed, side by side with other programs
# make fuzz         fuzz each parser for FUZZ_SECONDS, FUZZ_JOBS (2) at a time
# make coverage     how much of lib/ and cmd/ the tests reach
# make fault-all    run the tools, failing each call that can fail once
# make healthy      check 10^6 sound rings, expecting no finding
# make install      (DESTDIR, PREFIX, LIBDIR, MANDIR, DATADIR); make uninstall
# make lab-shell    start a guest that contains the tools
# make lab-full     run all tests in guests, even those that take minutes
# make soak-healthy 48 hours of busy guests, side by side, expecting no finding
#
# V=1 shows the commands. SAN=1 builds with ASan and UBSan, TSAN=1 with
# ThreadSanitizer, FUZZ=1 with libFuzzer, COV=1 with coverage counters, each
# in a folder of its own.

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
# The regular build has the warnings.
san	:= -fsanitize=address,undefined,fuzzer-no-link -w \
	   -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else ifeq ($(TSAN),1)
O	?= build-tsan
# Fences only order a store before a load, which ThreadSanitizer does not check.
san	:= -fsanitize=thread -Wno-tsan
else ifeq ($(COV),1)
O	?= build-cov
CC	:= gcc
# Map counters to source lines; count in all threads.
CFLAGS	:= -O0 -g
san	:= --coverage -fprofile-update=atomic
# Write the counters however a process ends; see the file.
cov_wrap := -Wl,--wrap=_exit -Wl,--wrap=raise
cov_obj	= $(O)/tests/coverage/flush.o
else
O	?= build
fortify	:= -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

warn	:= -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	   -Wvla -Wpointer-arith -Werror
# As in the kernel, code accesses ring memory as different types.
common	:= -std=gnu11 -Iinclude -D_GNU_SOURCE -MMD -MP $(warn) \
	   -fno-strict-aliasing -fstack-protector-strong -pthread $(san) \
	   $(fortify)
lib_cflags := $(common) -Ilib -fPIC -fvisibility=hidden -DVI_VERSION='"$(VERSION)"'
cmd_cflags := $(common) -fPIE -Icmd
ldflags	:= -pthread $(san) -Wl,-z,relro,-z,now -Wl,--as-needed
# Tools link the shared library, except for coverage, where one process image
# must write all counters.
tool_lib = $(if $(cov_obj),$(cov_wrap) $(cov_obj) -Wl$(,)--whole-archive \
	   $(alib) -Wl$(,)--no-whole-archive -ldl,-L$(O) -lvirtio-inspect)
,	:= ,

# --- Sources --------------------------------------------------------------

lib_src	:= $(sort $(wildcard lib/*/*.c lib/*/*/*.c))
lib_obj	:= $(lib_src:%.c=$(O)/%.o)
soname	:= libvirtio-inspect.so.$(SOVERSION)
solib	:= $(O)/$(soname)
alib	:= $(O)/libvirtio-inspect-all.a

tools	:= $(patsubst cmd/%/main.c,%,$(wildcard cmd/*/main.c))
tool_bin := $(tools:%=$(O)/%)
tool_obj = $(patsubst %.c,$(O)/%.o,$(wildcard cmd/$(1)/*.c cmd/$(1)/*/*.c))
# The tools' code, for unit tests.
tool_alib := $(O)/tools-all.a
cmd_common := $(patsubst %.c,$(O)/%.o,$(wildcard cmd/common/*.c))

unit_src := $(wildcard tests/unit/test_*.c tests/unit/*/test_*.c)
# Built tests lie in one folder, whatever room they test.
unit_bin_of = $(addprefix $(O)/tests/,$(basename $(notdir $(1))))
unit_bin := $(call unit_bin_of,$(unit_src))
bench_src := $(wildcard tests/bench/bench_*.c)
bench_bin := $(bench_src:tests/bench/%.c=$(O)/bench/%)
fuzz_src := $(wildcard tests/fuzz/fuzz_*.c)
fuzz_bin := $(fuzz_src:tests/fuzz/%.c=$(O)/fuzz/%)

all: $(solib) $(O)/libvirtio-inspect.so $(tool_bin)

# --- Dependencies ---------------------------------------------------------
# pkg-config name, header, package on Debian, Fedora, Alpine. The tools link
# $(pkgs_link); the others are opened when they are needed first.

deps_build := \
	libpci:pci/pci.h:libpci-dev:pciutils-devel:pciutils-dev \
	libfdt:libfdt.h:libfdt-dev:libfdt-devel:dtc-dev \
	smartcols:libsmartcols/libsmartcols.h:libsmartcols-dev:libsmartcols-devel:util-linux-dev \
	jansson:jansson.h:libjansson-dev:jansson-devel:jansson-dev \
	libbpf:bpf/btf.h:libbpf-dev:libbpf-devel:libbpf-dev \
	libpcap:pcap/pcap.h:libpcap-dev:libpcap-devel:libpcap-dev \
	ncursesw:ncursesw/curses.h:libncurses-dev:ncurses-devel:ncurses-dev
deps_check := cmocka:cmocka.h:libcmocka-dev:libcmocka-devel:cmocka-dev

include tests/deps.mk

pkgs_link := smartcols ncursesw
$(foreach p,$(pkgs_link),$(eval $(p)_libs = $$(shell $(PKG_CONFIG) --libs $(p))))
# Further libraries of a tool.
vqtop_libs := $(ncursesw_libs)
headers_of = $(shell $(PKG_CONFIG) --cflags-only-I libpci smartcols jansson libbpf libpcap \
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

# In the build folder, tools find the library next to them; once installed, in
# LIBDIR.
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

# Unit tests link the library's objects, and so reach its internals. Tests that
# define tool_name link those of the tools, too.
$(call unit_bin_of,$(shell grep -l '^const char tool_name' $(unit_src) /dev/null)): \
		$(tool_alib)

# Tests that use jansson themselves link it.
$(call unit_bin_of,$(shell grep -l '<jansson.h>' $(unit_src) /dev/null)): \
		json_libs := -ljansson

# "wraps: mmap ioctl" in a test: the test replaces these functions.
wraps	= $(addprefix -Wl$(,)--wrap=,$(shell sed -n 's/^ \* wraps: //p' $(1)))

# The source of a test is in the folder of the room that it tests.
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

# Each fuzzer has two builds: with our main() and with libFuzzer's. Those that
# define tool_name link the tools.
$(foreach f,$(patsubst tests/fuzz/%.c,%,$(shell grep -l '^const char tool_name' $(fuzz_src) /dev/null)),$(O)/fuzz/$(f) $(O)/fuzz/$(f).lf): \
		$(tool_alib)

# Fuzzers with a fuzz_schema() mutate JSON by its meaning.
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

# Rebuilt each time: it depends on PREFIX and LIBDIR of the command line.
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

# 10^8 buffers per kind of ring.
soak:
	$(Q)$(MAKE) --no-print-directory $(O)/tests/test_threads
	EXCHANGE=$${EXCHANGE:-100000000} $(O)/tests/test_threads test_one_piece

unit: $(unit_bin)

# Tests with threads, for ThreadSanitizer.
threaded: $(patsubst %,$(O)/tests/test_%,threads ring_threads sample_threads sim bus \
		bus_up bus_calls pci_drive pci_drive_queues)

# Run a part: check-unit, check-cli, check-headers, check-install, check-lab.
check-%: all unit
	$(Q)O=$(O) CC='$(CC)' SAN='$(SAN)' TSAN='$(TSAN)' bash tests/run $*

bench: all $(bench_bin)
	$(Q)O=$(O) bash tests/bench/run

fuzzers: $(fuzz_bin)

# libFuzzer needs clang and is guided by coverage; our main() mutates at random.
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

# NAMES: modules of the lab; default: all. LAB=0: no guests.
coverage: deps-coverage
	$(Q)$(MAKE) --no-print-directory SAN= COV=1 all unit fuzzers
	$(Q)O=build-cov bash tests/coverage/run $(NAMES)

# The tool that injects faults cooperates with the sanitizer of this build.
fault-bin := $(O)/fault/fail $(O)/fault/preload.so
$(O)/fault/fail: tests/fault/main.c tests/fault/fault.h
	$(Q)mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(filter-out $(san),$(common)) $(CFLAGS) $< -o $@

# The compiler must not treat our malloc() as the C library's.
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

# SOAK_GUESTS, SOAK_HOURS, SOAK_EVERY: see tests/lab/soak.
soak-healthy: deps-check
	$(Q)$(MAKE) --no-print-directory all
	$(Q)O=$(O) tests/lab/soak

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

# Link again with the rpath of the installed library.
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
	check-fuzz fault fault-all check-fault coverage healthy lab-shell lab-full soak-healthy install \
	uninstall clean deps deps-build deps-check deps-coverage
.SECONDARY:
.DELETE_ON_ERROR:
