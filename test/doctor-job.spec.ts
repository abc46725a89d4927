import { readFileSync } from 'node:fs';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { parse, parseAllDocuments } from 'yaml';
import { expect, it } from 'vitest';

interface Workload {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [
          { readonly volumeMounts: readonly object[]; readonly resources: unknown },
        ];
        readonly volumes: readonly object[];
      };
    };
  };
}

it('the Job of the doctor is valid, gets the binding of the frontend, and has the memory that the command needs', () => {
  const job = parse(readFileSync('deploy/kyma/doctor/job.yaml', 'utf8')) as Workload;
  new Job(job as never).validate();
  const [app] = parseAllDocuments(readFileSync('deploy/kyma/frontend.yaml', 'utf8'));
  const deployment = app?.toJS() as Workload;
  const [doctor, frontend] = [job, deployment].map(({ spec }) => spec.template.spec);
  expect(doctor?.volumes).toEqual(frontend?.volumes);
  expect(doctor?.containers[0].volumeMounts).toEqual(frontend?.containers[0].volumeMounts);
  expect(doctor?.containers[0].resources).toMatchObject({ limits: { memory: '256Mi' } });
});
