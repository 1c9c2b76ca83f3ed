import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../src/api/limits.ts';
import { ConfigError, readConfig } from '../../../src/main/config.ts';

describe('readConfig', () => {
  test('needs nothing', () => {
    const config = readConfig({}, []);
    expect(config).toMatchObject({ host: '127.0.0.1', port: 7480, databaseUrl: undefined, serviceCIDR: '10.96.0.0/16', podCIDR: '10.244.0.0/16', nodePortRange: [30_000, 32_767], empty: false, withAgent: true,
      leaseDurationMs: 15_000, nodeMonitorPeriodMs: 5000, nodeMonitorGraceMs: 50_000, defaultTolerationSeconds: 300 });
    expect([...config.roles]).toEqual(['api', 'controllers', 'scheduler']);
  });

  test('the command line wins over the environment', () => {
    expect(readConfig({ GANTRY_PORT: '1' }, ['--port', '2']).port).toBe(2);
    expect(readConfig({ GANTRY_PORT: '1' }, []).port).toBe(1);
  });

  test('a leading -- is passed over, and an unknown option is named', () => {
    expect(readConfig({}, ['--', '--empty']).empty).toBe(true);
    expect(() => readConfig({}, ['--emty'])).toThrow(/'--emty'; known are --empty/);
    expect(() => readConfig({}, ['--emty'])).toThrow(ConfigError);
  });

  test('limits and known documents are as usual where nothing is said', () => {
    expect(readConfig({}, [])).toMatchObject({ limits: defaultLimits, documentsFolder: undefined, documentsOnlyFor: 'nobody' });
    const set = readConfig({ GANTRY_LIMIT_DEPTH: '12', GANTRY_LIMIT_OPERATIONS_PER_SECOND: '0', GANTRY_DOCUMENTS_ONLY_FOR: 'all' }, []);
    expect([set.limits, set.documentsOnlyFor]).toEqual([{ ...defaultLimits, depth: 12, operationsPerSecond: 0 }, 'all']);
    expect(() => readConfig({ GANTRY_LIMIT_DEPTH: '-1', GANTRY_DOCUMENTS_ONLY_FOR: 'me' }, [])).toThrow(/GANTRY_DOCUMENTS_ONLY_FOR is "me"(.|\n)*GANTRY_LIMIT_DEPTH is "-1"/);
  });

  test('a database URL may name several servers; what is none is refused without showing it', () => {
    const url = 'postgres://gantry:secret@one:5432,two:5433/gantry?target_session_attrs=read-write';
    expect(readConfig({ DATABASE_URL: url }, []).databaseUrl).toBe(url);
    expect(() => readConfig({ DATABASE_URL: 'postgres://gantry:secret@one:five/gantry' }, [])).toThrow(/^(?!.*secret)DATABASE_URL: a database URL such as/);
  });

  test('addresses for load balancers are ranges that nothing else uses', () => {
    expect(readConfig({}, []).loadBalancerPool).toBeUndefined();
    expect(readConfig({ GANTRY_LOAD_BALANCER_CIDR: '192.0.2.240/28, 198.51.100.7/32' }, []).loadBalancerPool?.ranges).toHaveLength(2);
    expect(() => readConfig({ GANTRY_LOAD_BALANCER_CIDR: '192.0.2.1-192.0.2.9' }, [])).toThrow(/GANTRY_LOAD_BALANCER_CIDR is "192.0.2.1-192.0.2.9"; ranges such as/);
    expect(() => readConfig({ GANTRY_LOAD_BALANCER_CIDR: '10.96.7.0/24' }, [])).toThrow(/GANTRY_LOAD_BALANCER_CIDR overlaps GANTRY_SERVICE_CIDR \(10.96.0.0\/16\)/);
  });

  test('seconds become milliseconds', () => {
    expect(readConfig({ GANTRY_NODE_MONITOR_GRACE_SECONDS: '1.5' }, []).nodeMonitorGraceMs).toBe(1500);
  });

  test('names every bad value at once', () => {
    const wrong = () => readConfig({ GANTRY_PORT: 'seven', GANTRY_NODE_PORTS: '1', DOCKER_HOST: 'tcp://10.0.0.1' }, ['--roles', 'api,brewer']);
    expect(wrong).toThrow(ConfigError);
    expect(wrong).toThrow(/GANTRY_PORT is "seven"(.|\n)*GANTRY_NODE_PORTS is "1"|"brewer" is none of/);
    try { wrong(); } catch (error) { expect((error as Error).message.split('\n')).toHaveLength(4); }
  });
});
