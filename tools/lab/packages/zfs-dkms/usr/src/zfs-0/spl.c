// SPDX-License-Identifier: MIT
#include <linux/module.h>

const char *spl_stand_in_name(void);

/* What zfs needs of this one: it makes zfs depend on it, as OpenZFS's does. */
const char *spl_stand_in_name(void)
{
	return "Immutablue lab";
}
EXPORT_SYMBOL(spl_stand_in_name);

MODULE_DESCRIPTION("Immutablue lab stand-in for spl");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION("0");
