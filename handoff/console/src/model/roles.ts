import type { AgentSession } from "@client/protocol.gen";

export type RoleName = AgentSession["role"];

/** From least to most. */
export const ROLES: readonly RoleName[] = ["agent", "senior", "supervisor", "admin"];

/** Whether `role` may do what `other` may. */
export const atLeast = (role: RoleName, other: RoleName): boolean => ROLES.indexOf(role) >= ROLES.indexOf(other);
