/** What a newcomer finds in the playground: one tab each. Valid for the schema; a test holds them to it. */
export const firstSteps: readonly { readonly query: string; readonly variables?: string }[] = [
  {
    query: `# What runs here? Press the pink button, or Ctrl-Enter.
# The book icon at the top left explains every field.
query Cluster {
  revision
  nodes {
    nodes {
      metadata { name }
      status { allocatable conditions { type status } }
    }
  }
  deployments {
    nodes {
      metadata { namespace name }
      spec { replicas }
      status { readyReplicas availableReplicas }
      pods {
        nodes {
          metadata { name }
          status { phase podIP }
          node { metadata { name } }
        }
      }
    }
  }
}
`,
  },
  {
    query: `# Three Pods, kept running. Then the others, from top to bottom.
mutation RunWeb {
  createDeployment(input: {
    metadata: { name: "web" }
    spec: {
      replicas: 3
      selector: { matchLabels: { app: "web" } }
      template: {
        metadata: { labels: { app: "web" } }
        spec: {
          containers: [{ name: "web", image: "gantry/hello:1" }]
        }
      }
    }
  }) {
    revision
    deployment { metadata { name uid } }
  }
}

mutation ScaleWeb {
  scaleDeployment(name: "web", replicas: 5) { revision }
}

mutation RollWebToVersion2 {
  applyDeployment(name: "web", fieldManager: "playground", force: true, input: {
    spec: { template: { spec: {
      containers: [{ name: "web", image: "gantry/hello:2" }]
    } } }
  }) { revision }
}

mutation RollWebBack {
  rollbackDeployment(name: "web") { revision }
}

mutation DeleteWeb {
  deleteDeployment(name: "web") { revision }
}
`,
  },
  {
    query: `# Every Pod as it is, then every change.
# Leave it running and scale a Deployment.
subscription WatchPods {
  pods(namespace: "default") {
    type
    revision
    object {
      metadata { name }
      status { phase }
      node { metadata { name } }
    }
  }
}
`,
  },
];
