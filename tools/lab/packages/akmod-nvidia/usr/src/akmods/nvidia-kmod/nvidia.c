// SPDX-License-Identifier: MIT
#include <linux/module.h>

const char *nvidia_stand_in_name(void);

/* What the other modules need of this one: it makes them depend on it, as NVIDIA's do. */
const char *nvidia_stand_in_name(void)
{
	return "Immutablue lab";
}
EXPORT_SYMBOL(nvidia_stand_in_name);

MODULE_DESCRIPTION("Immutablue lab stand-in for NVIDIA's driver");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION("0");
