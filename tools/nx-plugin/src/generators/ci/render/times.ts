/** How long jobs may take: what hangs is stopped. A build from nothing downloads several GB. */
export const MINUTES = { affected: 15, verdict: 5, prune: 30 } as const;
export const HOURS = { variant: 3, updateLocks: 5 } as const;

/** Monday night, not at the full hour, when everybody's are due. crontab(5), in UTC. */
export const SCHEDULE = '23 3 * * 1';
