package io.wkmq.session.mvstore;

import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Identifies an item that belongs to a session. Ordered by session, then by item.
 *
 * @param session the session's number in the store
 * @param item a delivery's sequence number, or a packet id
 */
record ItemKey(long session, long item) {
    /** The MVStore data type. */
    static final Type TYPE = new Type();

    static final class Type extends BasicDataType<ItemKey> {
        private static final int MEMORY = 32;

        private Type() {}

        @Override
        public int compare(ItemKey a, ItemKey b) {
            int order = Long.compare(a.session, b.session);
            return order != 0 ? order : Long.compare(a.item, b.item);
        }

        @Override
        public int getMemory(ItemKey key) {
            return MEMORY;
        }

        @Override
        public void write(WriteBuffer out, ItemKey key) {
            out.putVarLong(key.session).putVarLong(key.item);
        }

        @Override
        public ItemKey read(ByteBuffer in) {
            return new ItemKey(DataUtils.readVarLong(in), DataUtils.readVarLong(in));
        }

        @Override
        public ItemKey[] createStorage(int size) {
            return new ItemKey[size];
        }
    }
}
