/** API group of ClientIntents and ProtectedService. */
export const INTENTS_GROUP = 'k8s.otterize.com';
