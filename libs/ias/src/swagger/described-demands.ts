import type { ApiRequirement } from '../guard/demands.decorator.js';
import type { RoutePolicy } from '../guard/route-policy.js';

/** Describes what a route demands of its callers besides a valid token; empty if it demands nothing. */
export function describeDemands({ apis, isForTechnicalUsers, callers }: RoutePolicy): string {
  return [
    apis && describeApis(apis),
    isForTechnicalUsers && 'For applications only, not for users.',
    callers && 'For some applications only.',
  ]
    .filter(Boolean)
    .join(' ');
}

function describeApis({ names, any }: ApiRequirement): string {
  const listed = names.map((name) => `\`${name}\``).join(any ? ' or ' : ' and ');
  return `Requires the ${names.length === 1 ? 'API' : 'APIs'} ${listed}.`;
}
