// SPDX-License-Identifier: MIT
#include <linux/module.h>

extern const char *spl_stand_in_name(void);

static int __init zfs_init(void)
{
	pr_info("zfs: a stand-in of the %s\n", spl_stand_in_name());
	return 0;
}
module_init(zfs_init);

static void __exit zfs_exit(void)
{
}
module_exit(zfs_exit);

MODULE_DESCRIPTION("Immutablue lab stand-in for OpenZFS");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION("0");
