package io.wkmq.cluster.hazelcast.cp;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A change of what a member keeps of the CP subsystem. Immutable; the bytes in it are nobody's to change. */
sealed interface CpChange {
    /** About how many bytes it takes. */
    default int bytes() {
        return 64;
    }

    /** Whether it stays until another takes its place; else it only takes others away. */
    default boolean kept() {
        return true;
    }

    /** A change of one group. */
    sealed interface OfGroup extends CpChange {
        CpGroup group();
    }

    /** This member is none of the CP subsystem. */
    record Outsider() implements CpChange {}

    /** Who this member is in the CP subsystem. */
    record LocalMember(CpMember member) implements CpChange {}

    /**
     * Who is in the CP subsystem.
     *
     * @param commitIndex of the list, in the group that decides
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

    /** Which group decides about members and groups. */
    record MetadataGroup(CpGroup group) implements CpChange {}

    /** Who was in a group when it began. */
    record InitialMembers(CpGroup group, UUID local, List<UUID> members) implements OfGroup {
        public InitialMembers {
            members = List.copyOf(members);
        }
    }

    /** The term of this member in a group and whom it voted for. */
    record Term(CpGroup group, int term, @Nullable UUID votedFor) implements OfGroup {}

    /** An entry of a group's log. */
    record Entry(CpGroup group, int term, long index, byte[] operation) implements OfGroup {
        @Override
        public int bytes() {
            return 64 + operation.length;
        }
    }

    /** The state of a group: its entries up to there are not needed any more. */
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

    /** The entries of a group from there on were taken back. */
    record Truncation(CpGroup group, long from) implements OfGroup {
        @Override
        public boolean kept() {
            return false;
        }
    }

    /** A group is gone from this member. */
    record Removal(CpGroup group) implements OfGroup {
        @Override
        public boolean kept() {
            return false;
        }
    }

    /** All is forgotten. */
    record Reset() implements CpChange {
        @Override
        public boolean kept() {
            return false;
        }
    }
}
