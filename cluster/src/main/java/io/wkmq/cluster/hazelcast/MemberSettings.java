package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.hazelcast.cp.CpSettings;
import io.wkmq.cluster.membership.Detector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings with which this node takes part in the cluster. Durations that Hazelcast counts in seconds must be whole seconds.
 *
 * @param clusterName the name that all nodes of a cluster share
 * @param bindHost the address on which other nodes are accepted
 * @param ports the port range; the first free port is used
 * @param failures when a silent node is declared gone
 * @param joining how long finding and entering a cluster may take
 * @param healing whether and when to look for other parts of the cluster
 * @param answerTimeout how long another node may take to answer a control message
 * @param autoclean the time after which a dead node is given up; zero for never
 * @param cp the settings of the CP subsystem; null to take no part in it
 */
public record MemberSettings(
        String clusterName,
        String bindHost,
        Ports ports,
        Failures failures,
        Joining joining,
        Healing healing,
        Duration answerTimeout,
        Duration autoclean,
        @Nullable CpSettings cp) {
    /** Validates what can be checked in isolation. */
    public MemberSettings {
        if (clusterName.isBlank()) {
            throw new IllegalArgumentException("The cluster's name is empty; expected a name such as wkmq");
        }
        positive("The answer timeout", answerTimeout);
        if (autoclean.isNegative()) {
            throw new IllegalArgumentException("The time after which dead nodes are given up is " + autoclean
                    + "; expected more than 0, or 0 for never");
        }
    }

    /** Creates settings without a CP subsystem. */
    public MemberSettings(
            String clusterName,
            String bindHost,
            Ports ports,
            Failures failures,
            Joining joining,
            Healing healing,
            Duration answerTimeout,
            Duration autoclean) {
        this(clusterName, bindHost, ports, failures, joining, healing, answerTimeout, autoclean, null);
    }

    /** Returns a copy of these settings with a CP subsystem. */
    public MemberSettings with(CpSettings subsystem) {
        return new MemberSettings(
                clusterName, bindHost, ports, failures, joining, healing, answerTimeout, autoclean, subsystem);
    }

    /** Returns the silence after which a node is expelled: shorter than {@code heartbeatMax}, so that the node is gone for all by then. */
    Duration givenUpAfter() {
        return failures.heartbeatMax().multipliedBy(4).dividedBy(5);
    }

    /**
     * Returns the silence after which a node counts as unreachable from here though other nodes reach it; one that died has been expelled
     * by then.
     */
    Duration silenceMax() {
        return failures.heartbeatMax().plus(failures.heartbeat().multipliedBy(2));
    }

    /** Returns the longest time until all members see a change that this node made. */
    Duration changeLimit() {
        return failures.heartbeatMax().plus(joining.targetMax());
    }

    /**
     * A range of ports.
     *
     * @param min the first port to try
     * @param max the last port to try
     */
    public record Ports(int min, int max) {
        /** Checks the range. */
        public Ports {
            if (min < 1 || max > 65_535 || min > max) {
                throw new IllegalArgumentException(
                        "Ports " + min + " to " + max + "; expected a range between 1 and 65535");
            }
        }
    }

    /**
     * When a silent node is declared gone.
     *
     * @param heartbeat the time between two heartbeats
     * @param heartbeatMax the silence after which a node is declared gone
     * @param mastershipClaim how long the nodes may take to agree on a new leader once the oldest node is gone
     * @param detector how the leader detects that another node is gone
     */
    public record Failures(Duration heartbeat, Duration heartbeatMax, Duration mastershipClaim, Detector detector) {
        /** Checks each duration and their order. */
        public Failures {
            wholeSeconds("The heartbeat", heartbeat);
            wholeSeconds("The longest silence", heartbeatMax);
            wholeSeconds("The time to claim mastership", mastershipClaim);
            if (heartbeatMax.compareTo(heartbeat.multipliedBy(2)) < 0) {
                throw new IllegalArgumentException("The longest silence is " + heartbeatMax
                        + "; expected two heartbeats (" + heartbeat + " each) or more");
            }
        }
    }

    /**
     * How long finding and entering a cluster may take.
     *
     * @param max how long a node tries before it starts alone
     * @param targetMax how long a node tries to enter the particular cluster that it was told to join
     */
    public record Joining(Duration max, Duration targetMax) {
        /** Checks each duration. */
        public Joining {
            wholeSeconds("The time to join", max);
            wholeSeconds("The time to join the given node", targetMax);
        }
    }

    /**
     * Whether and when a node looks for other parts of its cluster.
     *
     * @param auto whether a node that has been in a cluster looks for others; one that never was always does
     * @param firstAfter the time from the start to the first search
     * @param every the time from one search to the next
     */
    public record Healing(boolean auto, Duration firstAfter, Duration every) {
        /** Checks each duration. */
        public Healing {
            wholeSeconds("The time to the first look for other nodes", firstAfter);
            wholeSeconds("The time between two looks for other nodes", every);
        }
    }

    private static void wholeSeconds(String what, Duration time) {
        positive(what, time);
        if (time.toNanosPart() != 0) {
            throw new IllegalArgumentException(what + " is " + time + "; expected whole seconds");
        }
    }

    private static void positive(String what, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(what + " is " + time + "; expected more than 0");
        }
    }
}
