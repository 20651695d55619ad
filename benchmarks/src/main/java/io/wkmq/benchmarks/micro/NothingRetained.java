package io.wkmq.benchmarks.micro;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Retained;
import org.jspecify.annotations.Nullable;

/** A store of retained messages that is always empty. */
final class NothingRetained implements Retained {
    @Override
    public void retain(Message message, HandOver handOver) {}

    @Override
    public @Nullable Message find(TopicName topic) {
        return null;
    }

    @Override
    public Cursor matching(TopicFilter filter) {
        return new Cursor() {
            @Override
            public @Nullable Message next(int stepsMax) {
                return null;
            }

            @Override
            public boolean done() {
                return true;
            }
        };
    }
}
