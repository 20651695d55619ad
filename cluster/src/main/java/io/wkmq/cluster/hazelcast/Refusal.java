package io.wkmq.cluster.hazelcast;

/**
 * Why a node is not taken as a member.
 *
 * @param reason for programs
 * @param text for administrators
 */
record Refusal(Reason reason, String text) {
    enum Reason {
        SELF,
        NAME_IN_USE,
        DENIED,
        VERSION
    }
}
