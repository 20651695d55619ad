package io.wkmq.cluster.retained;

import io.wkmq.cluster.retained.protocol.Entries;
import io.wkmq.cluster.retained.protocol.SyncMessage;
import io.wkmq.cluster.retained.protocol.SyncMessage.Differing;
import io.wkmq.cluster.retained.protocol.SyncMessage.Digest;
import io.wkmq.cluster.retained.protocol.SyncMessage.Group;
import io.wkmq.cluster.retained.protocol.SyncMessage.Large;
import io.wkmq.cluster.retained.protocol.SyncMessage.Noted;
import io.wkmq.cluster.retained.protocol.SyncMessage.Part;
import io.wkmq.cluster.retained.protocol.SyncMessage.Pull;
import io.wkmq.cluster.retained.protocol.SyncMessage.PullPart;
import io.wkmq.cluster.retained.protocol.SyncMessage.Pulled;
import io.wkmq.cluster.retained.protocol.SyncMessage.Wanted;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.StampedMessage;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers other nodes' requests about the messages retained here. Keeps no state per node. Belongs to one thread. */
final class Answers {
    private static final int ANSWER_BYTES = 256 << 10;
    private static final int LARGE_BYTES = 256 << 10;
    private static final int LARGE_MAX = 16;
    private static final int PART_BYTES = 512 << 10;
    private static final int PER_GROUP = RetainedMessages.BUCKETS / RetainedMessages.GROUPS;

    private final RetainedMessages retained;
    private final InstantSource clock;

    /** The large message requested last, cached so that it is not encoded for each of its parts. */
    private @Nullable StampedMessage large;

    private byte[] largeEncoded = {};

    Answers(RetainedMessages retained, InstantSource clock) {
        this.retained = retained;
        this.clock = clock;
    }

    /** Computes the hashes of the groups from those of the buckets. */
    static long[] groups(long[] hashes) {
        long[] groups = new long[RetainedMessages.GROUPS];
        for (int i = 0; i < hashes.length; i++) {
            groups[i / PER_GROUP] ^= hashes[i];
        }
        return groups;
    }

    Differing digest(Digest digest) {
        long[] hashes = retained.hashes(digest.atMs());
        long[] groups = groups(hashes);
        List<Group> differing = new ArrayList<>();
        for (int i = 0; i < groups.length; i++) {
            if (groups[i] != digest.groups()[i]) {
                differing.add(new Group(i, Arrays.copyOfRange(hashes, i * PER_GROUP, (i + 1) * PER_GROUP)));
            }
        }
        return new Differing(differing);
    }

    Pulled pull(Pull pull) {
        long now = clock.millis();
        Entries.Writer entries = new Entries.Writer();
        List<Large> larges = new ArrayList<>();
        for (Wanted wanted : pull.buckets()) {
            long[] have = wanted.have().clone();
            Arrays.sort(have);
            for (StampedMessage message : retained.bucket(wanted.bucket())) {
                long hash = RetainedMessages.hashOf(message);
                if ((message.removal() && message.expired(now)) || Arrays.binarySearch(have, hash) >= 0) {
                    continue;
                }
                if (entries.size() >= ANSWER_BYTES || larges.size() == LARGE_MAX) {
                    return new Pulled(true, larges, entries.finish());
                }
                if (message.bytes() > LARGE_BYTES) {
                    int bytes = (int) Math.min(message.bytes(), Integer.MAX_VALUE);
                    larges.add(new Large(message.topic(), hash, bytes));
                } else {
                    entries.add(message);
                }
            }
        }
        return new Pulled(false, larges, entries.finish());
    }

    SyncMessage part(PullPart pull) {
        StampedMessage message = retained.find(pull.topic());
        if (message == null || RetainedMessages.hashOf(message) != pull.hash()) {
            return new Noted();
        }
        if (message != large) {
            Entries.Writer writer = new Entries.Writer();
            writer.add(message);
            large = message;
            largeEncoded = writer.finish().bytes();
        }
        int total = largeEncoded.length;
        int from = Math.min(pull.offset(), total);
        int until = Math.min(total, from + PART_BYTES);
        byte[] bytes = Arrays.copyOfRange(largeEncoded, from, until);
        if (until == total) {
            large = null;
            largeEncoded = new byte[0];
        }
        return new Part(total, bytes);
    }
}
