package io.wkmq.session.mvstore;

import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * Identifies a subscription. Ordered by session, then by filter.
 *
 * @param session the session's number in the store
 * @param filter the text of the filter
 */
record SubscriptionKey(long session, String filter) {
    /** The MVStore data type. */
    static final Type TYPE = new Type();

    static final class Type extends BasicDataType<SubscriptionKey> {
        private static final int MEMORY = 32;

        private Type() {}

        @Override
        public int compare(SubscriptionKey a, SubscriptionKey b) {
            int order = Long.compare(a.session, b.session);
            return order != 0 ? order : a.filter.compareTo(b.filter);
        }

        @Override
        public int getMemory(SubscriptionKey key) {
            return MEMORY + StringDataType.INSTANCE.getMemory(key.filter);
        }

        @Override
        public void write(WriteBuffer out, SubscriptionKey key) {
            out.putVarLong(key.session);
            StringDataType.INSTANCE.write(out, key.filter);
        }

        @Override
        public SubscriptionKey read(ByteBuffer in) {
            return new SubscriptionKey(DataUtils.readVarLong(in), StringDataType.INSTANCE.read(in));
        }

        @Override
        public SubscriptionKey[] createStorage(int size) {
            return new SubscriptionKey[size];
        }
    }
}
