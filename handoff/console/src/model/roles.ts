import type { AgentSession } from "@client/protocol.gen";

export type RoleName = AgentSession["role"];

const ORDER: readonly RoleName[] = ["agent", "senior", "supervisor", "admin"];

/** Whether `role` may do what `other` may. */
export const atLeast = (role: RoleName, other: RoleName): boolean => ORDER.indexOf(role) >= ORDER.indexOf(other);
