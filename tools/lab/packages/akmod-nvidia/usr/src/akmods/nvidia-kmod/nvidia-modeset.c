// SPDX-License-Identifier: MIT
#include <linux/module.h>

extern const char *nvidia_stand_in_name(void);

static int __init nvidia_modeset_init(void)
{
	pr_info("nvidia-modeset: a stand-in of the %s\n", nvidia_stand_in_name());
	return 0;
}
module_init(nvidia_modeset_init);

static void __exit nvidia_modeset_exit(void)
{
}
module_exit(nvidia_modeset_exit);

MODULE_DESCRIPTION("Immutablue lab stand-in for nvidia-modeset");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION("0");
