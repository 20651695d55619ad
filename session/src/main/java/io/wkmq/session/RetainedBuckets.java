package io.wkmq.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All retained entries in buckets by topic hash, with a hash of each bucket's contents, which nodes compare to find
 * differences. Buckets form groups with one lock each; whoever changes a topic holds the lock of its group. Takes about five
 * bytes per message.
 */
final class RetainedBuckets {
    private static final int GROUP_BITS = Integer.numberOfTrailingZeros(RetainedMessages.GROUPS);
    private static final int BUCKET_BITS = Integer.numberOfTrailingZeros(RetainedMessages.BUCKETS);
    private static final int PER_GROUP = RetainedMessages.BUCKETS / RetainedMessages.GROUPS;
    private static final StampedMessage[] EMPTY = {};

    private final Group[] groups = new Group[RetainedMessages.GROUPS];

    RetainedBuckets() {
        Arrays.setAll(groups, i -> new Group());
    }

    /** Guarded by its own monitor. */
    private static final class Group {
        private final @Nullable StampedMessage[][] messages = new StampedMessage[PER_GROUP][];
        private final int[] sizes = new int[PER_GROUP];
        private final long[] hashes = new long[PER_GROUP];

        Group() {
            Arrays.fill(messages, EMPTY);
        }

        void replace(int bucket, @Nullable StampedMessage old, @Nullable StampedMessage message) {
            if (old == null) {
                if (message != null) {
                    add(bucket, message);
                }
                return;
            }
            @Nullable StampedMessage[] in = messages[bucket];
            int at = 0;
            while (in[at] != old) {
                at++;
            }
            if (message != null) {
                in[at] = message;
            } else {
                int last = --sizes[bucket];
                in[at] = in[last];
                in[last] = null;
                if (last < in.length / 4) {
                    messages[bucket] = Arrays.copyOf(in, in.length / 2);
                }
            }
        }

        private void add(int bucket, StampedMessage message) {
            @Nullable StampedMessage[] in = messages[bucket];
            int size = sizes[bucket]++;
            if (size == in.length) {
                in = Arrays.copyOf(in, size + Math.max(2, size / 4));
                messages[bucket] = in;
            }
            in[size] = message;
        }
    }

    static int bucket(long topicHash) {
        return (int) (topicHash >>> (Long.SIZE - BUCKET_BITS));
    }

    /** Returns the lock to hold while a topic changes. */
    Object lock(long topicHash) {
        return group(topicHash);
    }

    private Group group(long topicHash) {
        return groups[(int) (topicHash >>> (Long.SIZE - GROUP_BITS))];
    }

    /** Replaces one entry with another; null stands for none. Requires the topic's lock. */
    void replace(long topicHash, @Nullable StampedMessage old, @Nullable StampedMessage message) {
        Group group = group(topicHash);
        int bucket = bucket(topicHash) % PER_GROUP;
        group.replace(bucket, old, message);
        group.hashes[bucket] ^= (old == null ? 0 : RetainedHash.of(topicHash, old))
                ^ (message == null ? 0 : RetainedHash.of(topicHash, message));
    }

    /** Returns the current contents of a bucket. */
    List<StampedMessage> list(int bucket) {
        Group group = groups[bucket / PER_GROUP];
        int at = bucket % PER_GROUP;
        synchronized (group) {
            List<StampedMessage> list = new ArrayList<>(group.sizes[at]);
            for (StampedMessage message : group.messages[at]) {
                if (message != null) {
                    list.add(message);
                }
            }
            return list;
        }
    }

    /** Returns the current hash of each bucket. */
    long[] hashes() {
        long[] hashes = new long[RetainedMessages.BUCKETS];
        for (int i = 0; i < groups.length; i++) {
            Group group = groups[i];
            synchronized (group) {
                System.arraycopy(group.hashes, 0, hashes, i * PER_GROUP, PER_GROUP);
            }
        }
        return hashes;
    }
}
