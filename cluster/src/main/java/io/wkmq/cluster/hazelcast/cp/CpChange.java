package io.wkmq.cluster.hazelcast.cp;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A change of the durable CP state of a member. Immutable; the byte arrays in it must not be modified. */
sealed interface CpChange {
    /** Returns the approximate encoded size in bytes. */
    default int bytes() {
        return 64;
    }

    /** Returns whether the change is needed until another replaces it; otherwise it only invalidates others. */
    default boolean kept() {
        return true;
    }

    /** A change that concerns one group. */
    sealed interface OfGroup extends CpChange {
        CpGroup group();
    }

    /** This member does not belong to the CP subsystem. */
    record Outsider() implements CpChange {}

    /** The identity of this member in the CP subsystem. */
    record LocalMember(CpMember member) implements CpChange {}

    /**
     * The members of the CP subsystem.
     *
     * @param commitIndex the commit index of the list in the metadata group
     */
    record ActiveMembers(long commitIndex, List<CpMember> members) implements CpChange {
        public ActiveMembers {
            members = List.copyOf(members);
        }

        @Override
        public int bytes() {
            return 64 * (1 + members.size());
        }
    }

    /** The group that decides about members and groups. */
    record MetadataGroup(CpGroup group) implements CpChange {}

    /** The members of a group when it was created. */
    record InitialMembers(CpGroup group, UUID local, List<UUID> members) implements OfGroup {
        public InitialMembers {
            members = List.copyOf(members);
        }
    }

    /** The term of this member in a group, and its vote. */
    record Term(CpGroup group, int term, @Nullable UUID votedFor) implements OfGroup {}

    /** An entry of a group's log. */
    record Entry(CpGroup group, int term, long index, byte[] operation) implements OfGroup {
        @Override
        public int bytes() {
            return 64 + operation.length;
        }
    }

    /** A snapshot of a group, which supersedes its entries up to the index. */
    record Snapshot(CpGroup group, int term, long index, byte[] operation, long membersIndex, List<UUID> members)
            implements OfGroup {
        public Snapshot {
            members = List.copyOf(members);
        }

        @Override
        public int bytes() {
            return 64 + operation.length;
        }
    }

    /** The entries of a group from an index on were truncated. */
    record Truncation(CpGroup group, long from) implements OfGroup {
        @Override
        public boolean kept() {
            return false;
        }
    }

    /** This member no longer takes part in a group. */
    record Removal(CpGroup group) implements OfGroup {
        @Override
        public boolean kept() {
            return false;
        }
    }

    /** Everything is forgotten. */
    record Reset() implements CpChange {
        @Override
        public boolean kept() {
            return false;
        }
    }
}
