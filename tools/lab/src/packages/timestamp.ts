/** Seconds since 1970 that the lab's packages and images carry, so that making them again gives the same. */
export const LAB_TIMESTAMP = 1767225600;
