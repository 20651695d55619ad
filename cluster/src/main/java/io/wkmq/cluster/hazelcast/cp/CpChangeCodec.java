package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.OtherVersionException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The encoding of changes, version 1. Stateless. */
final class CpChangeCodec {
    private static final int OUTSIDER = 1;
    private static final int LOCAL_MEMBER = 2;
    private static final int ACTIVE_MEMBERS = 3;
    private static final int METADATA_GROUP = 4;
    private static final int INITIAL_MEMBERS = 5;
    private static final int TERM = 6;
    private static final int ENTRY = 7;
    private static final int SNAPSHOT = 8;
    private static final int TRUNCATION = 9;
    private static final int REMOVAL = 10;
    private static final int RESET = 11;

    private static final int MEMBERS_MAX = 1_000;

    private CpChangeCodec() {}

    /** Encodes a change; that of an entry ends with the entry's operation. */
    static void write(ByteWriter out, CpChange change) {
        if (change instanceof CpChange.Entry entry) {
            group(out.int8(ENTRY), entry.group());
            out.number(entry.term()).number(entry.index()).block(entry.operation());
        } else if (change instanceof CpChange.Term term) {
            group(out.int8(TERM), term.group());
            out.number(term.term());
            optional(out, term.votedFor());
        } else if (change instanceof CpChange.Snapshot snapshot) {
            group(out.int8(SNAPSHOT), snapshot.group());
            out.number(snapshot.term()).number(snapshot.index()).block(snapshot.operation());
            uuids(out.number(snapshot.membersIndex()), snapshot.members());
        } else if (change instanceof CpChange.Truncation truncation) {
            group(out.int8(TRUNCATION), truncation.group());
            out.number(truncation.from());
        } else if (change instanceof CpChange.InitialMembers initial) {
            group(out.int8(INITIAL_MEMBERS), initial.group());
            uuids(uuid(out, initial.local()), initial.members());
        } else if (change instanceof CpChange.Removal removal) {
            group(out.int8(REMOVAL), removal.group());
        } else {
            writeOfMember(out, change);
        }
    }

    private static void writeOfMember(ByteWriter out, CpChange change) {
        if (change instanceof CpChange.LocalMember local) {
            member(out.int8(LOCAL_MEMBER), local.member());
        } else if (change instanceof CpChange.ActiveMembers active) {
            out.int8(ACTIVE_MEMBERS).number(active.commitIndex());
            out.number(active.members().size());
            active.members().forEach(member -> member(out, member));
        } else if (change instanceof CpChange.MetadataGroup metadata) {
            group(out.int8(METADATA_GROUP), metadata.group());
        } else if (change instanceof CpChange.Outsider) {
            out.int8(OUTSIDER);
        } else if (change instanceof CpChange.Reset) {
            out.int8(RESET);
        } else {
            throw new IllegalStateException("No stored form is known of " + change);
        }
    }

    static CpChange read(ByteReader in) {
        int kind = in.int8();
        return switch (kind) {
            case OUTSIDER -> new CpChange.Outsider();
            case LOCAL_MEMBER -> new CpChange.LocalMember(member(in));
            case ACTIVE_MEMBERS -> new CpChange.ActiveMembers(in.number(), members(in));
            case METADATA_GROUP -> new CpChange.MetadataGroup(group(in));
            case INITIAL_MEMBERS -> new CpChange.InitialMembers(group(in), uuid(in), uuids(in));
            case TERM -> new CpChange.Term(group(in), term(in), optional(in));
            case ENTRY -> new CpChange.Entry(group(in), term(in), in.number(), in.block());
            case SNAPSHOT ->
                new CpChange.Snapshot(group(in), term(in), in.number(), in.block(), in.number(), uuids(in));
            case TRUNCATION -> new CpChange.Truncation(group(in), in.number());
            case REMOVAL -> new CpChange.Removal(group(in));
            case RESET -> new CpChange.Reset();
            default ->
                throw new OtherVersionException(
                        "A change of the CP log has kind " + kind + "; expected " + OUTSIDER + " to " + RESET);
        };
    }

    private static int term(ByteReader in) {
        return in.number(Integer.MAX_VALUE);
    }

    private static void group(ByteWriter out, CpGroup group) {
        out.text(group.name()).number(group.seed()).number(group.id());
    }

    private static CpGroup group(ByteReader in) {
        return new CpGroup(in.text(), in.number(), in.number());
    }

    private static void member(ByteWriter out, CpMember member) {
        uuid(out, member.uuid()).text(member.host()).number(member.port());
    }

    private static CpMember member(ByteReader in) {
        return new CpMember(uuid(in), in.text(), in.number(65_535));
    }

    private static List<CpMember> members(ByteReader in) {
        int count = in.number(MEMBERS_MAX);
        List<CpMember> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(member(in));
        }
        return members;
    }

    private static ByteWriter uuid(ByteWriter out, UUID uuid) {
        return out.int64(uuid.getMostSignificantBits()).int64(uuid.getLeastSignificantBits());
    }

    private static UUID uuid(ByteReader in) {
        return new UUID(in.int64(), in.int64());
    }

    private static void optional(ByteWriter out, @Nullable UUID uuid) {
        if (uuid == null) {
            out.int8(0);
        } else {
            uuid(out.int8(1), uuid);
        }
    }

    private static @Nullable UUID optional(ByteReader in) {
        return in.int8() == 0 ? null : uuid(in);
    }

    private static void uuids(ByteWriter out, List<UUID> uuids) {
        out.number(uuids.size());
        uuids.forEach(each -> uuid(out, each));
    }

    private static List<UUID> uuids(ByteReader in) {
        int count = in.number(MEMBERS_MAX);
        List<UUID> uuids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            uuids.add(uuid(in));
        }
        return uuids;
    }
}
