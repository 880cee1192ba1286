import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import {
  FOREIGN_RIGHTS,
  leaseRights,
  neededRights,
  type Right,
  rightText,
} from '../../src/engines/kubernetes/rights.ts';
import { runCli, tempFolder } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: what a manifest holds is what the tests look at
  readonly [member: string]: any;
}

const textOf = (name: string): string => readFileSync(join(ROOT, 'deploy/kubernetes', name), 'utf8');
const manifestsIn = (name: string): Manifest[] =>
  parseAllDocuments(textOf(name)).map((document) => document.toJS() as Manifest);

const rightsIn = (manifests: readonly Manifest[]): Right[] =>
  manifests.flatMap(({ rules = [], metadata: { namespace } }) =>
    (rules as readonly Rule[]).flatMap(({ apiGroups, resources, verbs }) => {
      const [group, ...others] = apiGroups;
      assert.deepEqual(others, []);
      const place = { ...(namespace !== undefined && { namespace }), ...(group && { group }) };
      return resources.flatMap((resource) => verbs.map((verb) => ({ verb, resource, ...place })));
    }),
  );

const texts = (rights: readonly Right[]): string[] =>
  rights.map((right) => `${rightText(right)} of ${right.group ?? 'the core'}`).sort();

const server = (): Manifest => manifestsIn('statefulset.yaml')[0]!;

test('K-161: the manifests give the rights that the server asks for, and no more', () => {
  const asked = [...neededRights('jobs', false), ...leaseRights('jobs'), ...FOREIGN_RIGHTS];
  assert.deepEqual(texts(rightsIn(manifestsIn('rights.yaml'))), texts(asked));
});

test('K-161: the rights to secrets come with --secrets alone', () => {
  const without = texts(neededRights('jobs', false));
  const more = texts(neededRights('jobs', true)).filter((right) => !without.includes(right));
  assert.deepEqual(texts(rightsIn(manifestsIn('secrets/rights.yaml'))), more);
  assert.doesNotMatch(textOf('rights.yaml'), /secrets/);
});

test('every role is bound to the server’s service account', () => {
  for (const name of ['rights.yaml', 'secrets/rights.yaml']) {
    const all = manifestsIn(name);
    const roles = all.filter(({ rules }) => rules).map(({ kind, metadata }) => [kind, metadata]);
    const bound = all.filter(({ roleRef }) => roleRef);
    assert.deepEqual(
      bound.map(({ roleRef, metadata }) => [roleRef.kind, { ...metadata, name: roleRef.name }]),
      roles,
    );
    const account = { kind: 'ServiceAccount', name: 'longshore', namespace: 'longshore' };
    for (const { subjects } of bound) assert.deepEqual(subjects, [account]);
  }
  assert.equal(server().spec.template.spec.serviceAccountName, 'longshore');
});

test('K-159: one server, whose volume one pod has, and whose next begins when it has ended', () => {
  const { kind, spec } = server();
  const [claim] = spec.volumeClaimTemplates;
  assert.deepEqual([kind, spec.replicas, claim.spec.accessModes], ['StatefulSet', 1, ['ReadWriteOncePod']]);
  const [container] = spec.template.spec.containers;
  const mount = container.volumeMounts.find(({ name }: { name: string }) => name === claim.metadata.name);
  const data = container.env.find(({ name }: { name: string }) => name === 'LONGSHORE_DATA').value;
  assert.ok(data.startsWith(`${mount.mountPath}/`));
});

test('K-160: the server’s pod has no more than the standard restricted allows', () => {
  const { spec } = server().spec.template;
  assert.equal(spec.securityContext.runAsNonRoot, true);
  assert.equal(spec.securityContext.seccompProfile.type, 'RuntimeDefault');
  for (const { securityContext } of spec.containers) {
    assert.equal(securityContext.allowPrivilegeEscalation, false);
    assert.equal(securityContext.readOnlyRootFilesystem, true);
    assert.deepEqual(securityContext.capabilities, { drop: ['ALL'] });
  }
  assert.deepEqual(
    spec.volumes.map((volume: object) => Object.keys(volume)),
    [['name', 'emptyDir']],
  );
});

test('its user is the image’s, and its image this version', () => {
  const [, uid] = /--uid (\d+)/.exec(readFileSync(join(ROOT, 'contrib/docker/Dockerfile'), 'utf8'))!;
  const { runAsUser, runAsGroup, fsGroup } = server().spec.template.spec.securityContext;
  assert.deepEqual([runAsUser, runAsGroup, fsGroup], [Number(uid), Number(uid), Number(uid)]);
  const { images } = parse(textOf('kustomization.yaml'));
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.deepEqual(images, [{ name: 'longshore', newName: 'longshore', newTag: version }]);
});

test('serve knows the flags that it is started with', async (t) => {
  const [{ args }] = server().spec.template.spec.containers;
  const env = { KUBECONFIG: '', HOME: tempFolder(t), KUBERNETES_SERVICE_HOST: '' };
  const { code, stderr } = await runCli([...args, '--data', tempFolder(t)], { env });
  assert.match(stderr, /the kubernetes engine does not start: there is no kubeconfig/);
  assert.equal(code, 2);
});
