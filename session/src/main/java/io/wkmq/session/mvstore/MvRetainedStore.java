package io.wkmq.session.mvstore;

import io.wkmq.routing.Message;
import io.wkmq.routing.TopicName;
import io.wkmq.session.RetainedStore;
import io.wkmq.session.SessionStore.Completion;
import java.util.function.Consumer;
import org.h2.mvstore.Cursor;

/** The retained store of an {@link MvStorage}. Thread-safe; no method but {@link #restore} blocks. */
final class MvRetainedStore implements RetainedStore {
    private final MvStorage storage;

    MvRetainedStore(MvStorage storage) {
        this.storage = storage;
    }

    @Override
    public void retain(Message message) {
        storage.add(changes -> changes.retain(message), message.bytes());
    }

    @Override
    public void clear(TopicName topic) {
        storage.change(changes -> changes.clear(topic));
    }

    @Override
    public void flush(Completion completion) {
        storage.flush(completion);
    }

    @Override
    public void restore(Consumer<Message> restored) {
        storage.restore(tables -> {
            Cursor<String, byte[]> cursor = tables.retained.cursor(null);
            while (cursor.hasNext()) {
                cursor.next();
                restored.accept(MessageCodec.read(new ByteReader(cursor.getValue())));
            }
        });
    }
}
