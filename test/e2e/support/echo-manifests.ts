/** Pods that wait, one on each node; a server of the test's own answers in the network of each. The port by the name `answer` is another one on the last node. */
export const echoPods = (names: readonly string[]) => names.map((node, i) => `
apiVersion: v1
kind: Pod
metadata: { name: echo-${i + 1}, labels: { app: echo, place: ${i === 2 ? 'third' : 'first-two'} } }
spec:
  nodeName: ${node}
  hostname: host-${i + 1}
  subdomain: each
  terminationGracePeriodSeconds: 1
  containers: [{ name: wait, image: "gantry/hello:1", command: [/bin/sleep, "3600"], ports: [{ name: answer, containerPort: ${portOf(i)} }, { name: answer-udp, containerPort: ${portOf(i)}, protocol: UDP }] }]
---`).join('');

/** Where the server in the Pod on a node listens, counted from 0. */
export const portOf = (i: number): number => (i === 2 ? 9090 : 8080);

const both = 'ports: [{ name: t, port: 80, targetPort: answer, nodePort: 30201 }, { name: u, port: 80, protocol: UDP, targetPort: answer-udp, nodePort: 30201 }, { name: number, port: 81, targetPort: 8080, nodePort: 30202 }]';
/** Services of every type in front of them. */
export const echoServices = `
apiVersion: v1
kind: Service
metadata: { name: echo }
spec: { type: NodePort, selector: { app: echo }, ${both} }
---
apiVersion: v1
kind: Service
metadata: { name: sticky }
spec: { selector: { app: echo }, sessionAffinity: ClientIP, sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } }, ports: [{ port: 80, targetPort: answer }] }
---
apiVersion: v1
kind: Service
metadata: { name: near }
spec: { type: NodePort, selector: { place: first-two }, externalTrafficPolicy: Local, internalTrafficPolicy: Local, ports: [{ port: 80, targetPort: answer, nodePort: 30203 }] }
---
apiVersion: v1
kind: Service
metadata: { name: each }
spec: { clusterIP: None, selector: { app: echo }, ports: [{ name: t, port: 80, targetPort: answer }] }
---
apiVersion: v1
kind: Service
metadata: { name: by-hand }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: by-hand-mirrored }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: alias }
spec: { type: ExternalName, externalName: echo.default.svc.cluster.local }
---
apiVersion: v1
kind: Pod
metadata: { name: never-ready, labels: { app: never } }
spec:
  terminationGracePeriodSeconds: 1
  containers: [{ name: wait, image: "gantry/hello:1", command: [/bin/sleep, "3600"], readinessProbe: { exec: { command: ["false"] } } }]
---
apiVersion: v1
kind: Service
metadata: { name: published }
spec: { clusterIP: None, publishNotReadyAddresses: true, selector: { app: never }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: unpublished }
spec: { clusterIP: None, selector: { app: never }, ports: [{ port: 80 }] }
---`;

/** Three Pods behind node port 30205 that finish what they have before they go. */
export const rolling = (image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: rolling }
spec:
  replicas: 3
  selector: { matchLabels: { app: rolling } }
  template:
    metadata: { labels: { app: rolling } }
    spec:
      terminationGracePeriodSeconds: 10
      containers:
        - name: main
          image: ${image}
          env: [{ name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: http }, periodSeconds: 1 }
          lifecycle: { preStop: { sleep: { seconds: 3 } } }
---
apiVersion: v1
kind: Service
metadata: { name: rolling }
spec: { type: NodePort, selector: { app: rolling }, ports: [{ port: 80, targetPort: http, nodePort: 30205 }] }
`;
