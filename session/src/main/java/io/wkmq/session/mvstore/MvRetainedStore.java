package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.routing.TopicName;
import io.wkmq.session.RetainedStore;
import io.wkmq.session.SessionStore.Completion;
import io.wkmq.session.StampedMessage;
import io.wkmq.session.mvstore.ChangeQueue.Change;
import java.util.function.Consumer;
import org.h2.mvstore.Cursor;

/** The retained store of an {@link MvStorage}. Thread-safe; only {@link #restore} blocks. */
final class MvRetainedStore implements RetainedStore {
    private final MvStorage storage;
    private final RefusedAdditions refused = new RefusedAdditions();
    private volatile boolean changed;

    MvRetainedStore(MvStorage storage) {
        this.storage = storage;
    }

    @Override
    public void retain(StampedMessage message) {
        if (message.removal()) {
            change(changes -> changes.retain(message));
        } else {
            add(changes -> changes.retain(message), message);
        }
    }

    @Override
    public void clear(TopicName topic) {
        change(changes -> changes.clear(topic));
    }

    @Override
    public void flush(Completion completion) {
        storage.flush(completion, refused);
    }

    @Override
    public void restore(Consumer<StampedMessage> restored) {
        if (changed) {
            throw new IllegalStateException("A restore was asked for after the first change; it must come before");
        }
        storage.read(tables -> {
            Cursor<String, byte[]> cursor = tables.retained.cursor(null);
            while (cursor.hasNext()) {
                cursor.next();
                restored.accept(StampedCodec.read(new ByteReader(cursor.getValue())));
            }
        });
    }

    private void change(Change change) {
        changed = true;
        storage.change(change);
    }

    private void add(Change change, StampedMessage message) {
        changed = true;
        String refusal = storage.add(change, message.bytes());
        if (refusal != null) {
            refused.add(refusal);
        }
    }
}
