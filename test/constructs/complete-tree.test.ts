import { ApiObject, Chart, Testing, type App } from 'cdk8s';
import { Construct } from 'constructs';
import { CompleteTree } from '../../src/constructs/complete-tree';
import { attach, namespace } from './apps';

const configMap = (chart: Construct, name: string): ApiObject =>
  new ApiObject(chart, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

/** Nested charts, and objects that depend on one another inside a chart and across charts. */
function tangled(): App {
  const app = Testing.app();
  const outer = new Chart(app, 'outer');
  const inner = new Chart(outer, 'inner');
  const other = new Chart(app, 'other');
  const [first, second] = [configMap(outer, 'a-first'), configMap(outer, 'b-second')];
  first.addDependency(second);
  configMap(inner, 'inside').addDependency(configMap(new Construct(other, 'deep'), 'elsewhere'));
  return app;
}

describe('charts of a tree that is complete', () => {
  it('come out as cdk8s renders them', () => {
    const app = tangled();
    const { charts } = app;
    const plain = charts.map((chart): unknown => chart.toJson());
    const tree = new CompleteTree(app);
    tree.keep();
    expect(charts.map((chart): unknown => chart.toJson())).toEqual(plain);
    expect(plain).toHaveLength(3);
  });

  it('are not validated again', () => {
    const app = tangled();
    let validations = 0;
    app.node.addValidation({ validate: () => (validations++, []) });
    const tree = new CompleteTree(app);
    tree.keep();
    for (const chart of app.charts) chart.toJson();
    expect(validations).toBe(0);
    tree.release();
    for (const chart of app.charts) chart.toJson();
    expect(validations).toBe(3);
  });

  it('that render themselves still do', () => {
    class Own extends Chart {
      override toJson(): unknown[] {
        return ['its own'];
      }
    }
    const app = Testing.app();
    const own = new Own(app, 'own');
    const given = new Chart(app, 'given');
    given.toJson = () => ['given'];
    const tree = new CompleteTree(app);
    tree.keep();
    expect([own.toJson(), given.toJson()]).toEqual([['its own'], ['given']]);
    tree.release();
    expect([own.toJson(), given.toJson()]).toEqual([['its own'], ['given']]);
  });

  it('of a synth are those after the second: validations run for the app and for two charts, however many there are', () => {
    const app = Testing.app();
    for (const name of ['a', 'b', 'c', 'd', 'e']) configMap(namespace(app, name), 'settings');
    let validations = 0;
    app.node.addValidation({ validate: () => (validations++, []) });
    attach(app);
    app.synthYaml();
    expect(validations).toBe(3);
    app.synthYaml();
    expect(validations).toBe(6);
  });
});
