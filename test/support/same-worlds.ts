import fc from 'fast-check';

// the check of a change looks at the same worlds each time; whoever says how many looks at fresh ones
if (process.env.PROPERTY_RUNS === undefined)
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20261130 });

/** How many worlds a property looks at. `usual`: unless `PROPERTY_RUNS` says so. */
export const runsOf = (usual: number): number => Number(process.env.PROPERTY_RUNS ?? usual);
