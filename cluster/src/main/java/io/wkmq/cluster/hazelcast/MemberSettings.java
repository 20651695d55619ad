package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.hazelcast.cp.CpSettings;
import io.wkmq.cluster.membership.Detector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How this node takes part in the cluster. Times are whole seconds where Hazelcast counts in seconds.
 *
 * @param clusterName the name that all nodes of a cluster share
 * @param bindHost the address on which other nodes are accepted
 * @param ports where it listens: the first free port
 * @param failures when a silent node counts as gone
 * @param joining how long it takes to find and enter a cluster
 * @param healing when and whether it looks for other parts of the cluster
 * @param answerTimeout how long another node may take to answer a control message
 * @param autoclean after how long a node that is dead is given up; zero for never
 * @param cp how it takes part in the CP subsystem; null for not at all
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
    /** Checks what can be wrong by itself. */
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

    /** Without a CP subsystem. */
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

    /** The same with a CP subsystem. */
    public MemberSettings with(CpSettings subsystem) {
        return new MemberSettings(
                clusterName, bindHost, ports, failures, joining, healing, answerTimeout, autoclean, subsystem);
    }

    /** How long a node may be silent until it is given up: so that it is gone for all when the longest silence is over. */
    Duration givenUpAfter() {
        return failures.heartbeatMax().multipliedBy(4).dividedBy(5);
    }

    /** How long a node may be silent until it does not reach this one though others reach it: one that died is gone by then. */
    Duration silenceMax() {
        return failures.heartbeatMax().plus(failures.heartbeat().multipliedBy(2));
    }

    /** How long it takes at most until a change of this node is seen by all members. */
    Duration changeLimit() {
        return failures.heartbeatMax().plus(joining.targetMax());
    }

    /**
     * A range of ports.
     *
     * @param min the first that is tried
     * @param max the last that is tried
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
     * When a silent node counts as gone.
     *
     * @param heartbeat the time between two signs of life
     * @param heartbeatMax the silence after which a node is gone
     * @param mastershipClaim how long the nodes may take to agree on who leads once the oldest is gone
     * @param detector how the leader tells that another node is gone
     */
    public record Failures(Duration heartbeat, Duration heartbeatMax, Duration mastershipClaim, Detector detector) {
        /** Checks each time and their order. */
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
     * How long it takes to find and enter a cluster.
     *
     * @param max how long a node tries before it starts alone
     * @param targetMax how long a node tries to enter the very cluster it was told to
     */
    public record Joining(Duration max, Duration targetMax) {
        /** Checks each time. */
        public Joining {
            wholeSeconds("The time to join", max);
            wholeSeconds("The time to join the given node", targetMax);
        }
    }

    /**
     * When and whether a node looks for other parts of its cluster.
     *
     * @param auto whether it does once it has been in a cluster; a node that never was always does
     * @param firstAfter the time from the start to the first look
     * @param every the time from one look to the next
     */
    public record Healing(boolean auto, Duration firstAfter, Duration every) {
        /** Checks each time. */
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
