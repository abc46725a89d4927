import { z } from 'zod';
import { faultSchema } from '../fault/fault.js';
import { tenantLimitsSchema } from '../limit/tenant-limits.js';
import { type AdminOperation, operation } from './admin-operation.js';
import { loggedRequests, requestsSchema } from './request-log-view.js';
import { statusOf, statusSchema } from './status-view.js';

const faults = z.array(faultSchema);

/** Operations that show a tenant, and set its faults, limits and locks. */
export const TENANT_OPERATIONS: readonly AdminOperation[] = [
  operation({
    method: 'GET',
    path: '/status',
    summary: 'Shows URLs, counters, locked clients, applications, bindings and routes.',
    status: 200,
    answer: statusSchema,
    run: statusOf,
  }),
  operation({
    method: 'GET',
    path: '/requests',
    summary: 'Lists the last requests of the tenant with the reason of each refusal, without secrets.',
    status: 200,
    answer: requestsSchema,
    run: ({ tenant }) => loggedRequests(tenant.requests),
  }),
  operation({
    method: 'GET',
    path: '/faults',
    summary: 'Lists the active faults.',
    status: 200,
    answer: faults,
    run: ({ tenant }) => tenant.faults.list(),
  }),
  operation({
    method: 'POST',
    path: '/faults',
    summary: 'Adds a fault. Apps with a cached token do not notice it until they fetch another one.',
    status: 201,
    body: faultSchema,
    answer: faults,
    run: ({ tenant }, fault) => {
      tenant.faults.add(fault);
      return tenant.faults.list();
    },
  }),
  operation({
    method: 'DELETE',
    path: '/faults',
    summary: 'Removes all faults.',
    status: 200,
    answer: faults,
    run: ({ tenant }) => {
      tenant.faults.clear();
      return tenant.faults.list();
    },
  }),
  operation({
    method: 'PUT',
    path: '/limits',
    summary: 'Sets the limits of the tenant; {} removes them.',
    status: 200,
    body: tenantLimitsSchema,
    answer: tenantLimitsSchema,
    run: ({ tenant }, limits) => {
      tenant.limit(limits);
      return limits;
    },
  }),
  operation({
    method: 'DELETE',
    path: '/locks',
    summary: 'Unlocks all clients.',
    status: 200,
    answer: statusSchema,
    run: (context) => {
      context.tenant.unlock();
      return statusOf(context);
    },
  }),
];
