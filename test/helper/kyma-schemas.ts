import { z } from 'zod';
import { bindingParameters, identityConfigSchema } from './descriptor-schemas.js';

/** Exactly the part of Kubernetes and of the custom resources that our manifests use. */
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'is not a Kubernetes name');
const text = z.string().min(1);
const port = z.int().min(1).max(65_535);
const duration = z.string().regex(/^\d+[hm]$/, 'is not a duration such as 72h');
const labels = z.record(z.string(), z.string());
const metadata = z.strictObject({ name, namespace: text.optional(), labels: labels.optional() });
const quantity = z.string().regex(/^\d+(m|Mi|Gi)$/, 'is not a quantity such as 128Mi');

const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.enum(['/health/live', '/health/ready']), port: text }),
  periodSeconds: z.int().positive().optional(),
  failureThreshold: z.int().positive().optional(),
});

const container = z.strictObject({
  name,
  image: text,
  ports: z.array(z.strictObject({ name, containerPort: port })),
  env: z.array(z.strictObject({ name: text, value: text })),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: quantity, memory: quantity }),
    limits: z.strictObject({ memory: quantity }),
  }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: z.strictObject({
    preStop: z.strictObject({ sleep: z.strictObject({ seconds: z.int().positive() }) }),
  }),
  volumeMounts: z.array(
    z.strictObject({
      name,
      mountPath: z
        .string()
        .regex(/^\/etc\/secrets\/sapcp\/identity\/[\w-]+$/, 'is not a directory that @sap/xsenv reads'),
      readOnly: z.literal(true),
    }),
  ),
});

const deployment = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata,
  spec: z.strictObject({
    replicas: z.int().min(2),
    selector: z.strictObject({ matchLabels: labels }),
    strategy: z.strictObject({
      type: z.literal('RollingUpdate'),
      rollingUpdate: z.strictObject({ maxUnavailable: z.literal(0), maxSurge: z.int().positive() }),
    }),
    template: z.strictObject({
      metadata: z.strictObject({ labels }),
      spec: z.strictObject({
        automountServiceAccountToken: z.literal(false),
        imagePullSecrets: z.tuple([z.strictObject({ name })]),
        topologySpreadConstraints: z.array(
          z.strictObject({
            maxSkew: z.literal(1),
            topologyKey: z.enum(['kubernetes.io/hostname', 'topology.kubernetes.io/zone']),
            whenUnsatisfiable: z.literal('ScheduleAnyway'),
            labelSelector: z.strictObject({ matchLabels: labels }),
          }),
        ),
        terminationGracePeriodSeconds: z.int().min(30),
        securityContext: z.strictObject({
          runAsNonRoot: z.literal(true),
          runAsUser: z.int().positive(),
          seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
        }),
        containers: z.tuple([container]),
        volumes: z.array(z.strictObject({ name, secret: z.strictObject({ secretName: name }) })),
      }),
    }),
  }),
});

const podDisruptionBudget = z.strictObject({
  apiVersion: z.literal('policy/v1'),
  kind: z.literal('PodDisruptionBudget'),
  metadata,
  spec: z.strictObject({
    maxUnavailable: z.literal(1),
    selector: z.strictObject({ matchLabels: labels }),
  }),
});

const networkPolicy = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata,
  spec: z.strictObject({
    podSelector: z.strictObject({ matchLabels: labels }),
    policyTypes: z.tuple([z.literal('Ingress')]),
    ingress: z.tuple([
      z.strictObject({
        // One element with both selectors: two elements would admit every pod of the namespace.
        from: z.tuple([
          z.strictObject({
            namespaceSelector: z.strictObject({ matchLabels: labels }),
            podSelector: z.strictObject({ matchLabels: labels }),
          }),
        ]),
        ports: z.tuple([z.strictObject({ protocol: z.literal('TCP'), port })]),
      }),
    ]),
  }),
});

const service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    selector: labels,
    ports: z.array(z.strictObject({ name, port, targetPort: text })),
  }),
});

const apiRule = z.strictObject({
  apiVersion: z.literal('gateway.kyma-project.io/v2'),
  kind: z.literal('APIRule'),
  metadata,
  spec: z.strictObject({
    gateway: z.string().regex(/^[^/]+\/[^/]+$/, 'is not namespace/name'),
    hosts: z.array(text).length(1),
    service: z.strictObject({ name, port }),
    rules: z.array(
      z.strictObject({
        path: z.string().regex(/^\//),
        methods: z.array(z.literal('GET')),
        noAuth: z.literal(true),
      }),
    ),
  }),
});

const serviceInstance = z.strictObject({
  apiVersion: z.literal('services.cloud.sap.com/v1'),
  kind: z.literal('ServiceInstance'),
  metadata,
  spec: z.strictObject({
    externalName: text,
    serviceOfferingName: z.literal('identity'),
    servicePlanName: z.literal('application'),
    parameters: identityConfigSchema,
  }),
});

const serviceBinding = z.strictObject({
  apiVersion: z.literal('services.cloud.sap.com/v1'),
  kind: z.literal('ServiceBinding'),
  metadata,
  spec: z.strictObject({
    serviceInstanceName: name,
    secretName: name,
    parameters: bindingParameters,
    credentialsRotationPolicy: z
      .strictObject({ enabled: z.literal(true), rotationFrequency: duration, rotatedBindingTTL: duration })
      .optional(),
  }),
});

const gateway = z.strictObject({
  apiVersion: z.literal('networking.istio.io/v1alpha3'),
  kind: z.literal('Gateway'),
  metadata,
  spec: z.strictObject({
    selector: labels,
    servers: z.array(
      z.strictObject({
        port: z.strictObject({ number: z.literal(443), name, protocol: z.literal('HTTPS') }),
        tls: z.strictObject({ mode: z.literal('MUTUAL'), credentialName: name }),
        hosts: z.array(text).length(1),
      }),
    ),
  }),
});

const certificate = z.strictObject({
  apiVersion: z.literal('cert.gardener.cloud/v1alpha1'),
  kind: z.literal('Certificate'),
  metadata,
  spec: z.strictObject({
    secretName: name,
    commonName: text,
    issuerRef: z.strictObject({ name }),
  }),
});

export const kymaResourceSchema = z.discriminatedUnion('kind', [
  deployment,
  podDisruptionBudget,
  networkPolicy,
  service,
  apiRule,
  serviceInstance,
  serviceBinding,
  gateway,
  certificate,
]);

export type KymaResource = z.infer<typeof kymaResourceSchema>;
