/** How long a Spot instance that is taken away still runs, unless the operator says otherwise: the service's two minutes. */
export const SPOT_WARNING_SECONDS = 120;
