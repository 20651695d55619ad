package io.wkmq.broker.ctl;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.broker.stats.NodeFacts;
import io.wkmq.plugins.api.Command.Usage;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Message;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Retained;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** {@code retained list|show|count|clean}. As for clients, {@code #} does not match topics that start with {@code $}. */
final class RetainedCommand implements CtlCommand {
    private static final int MS_PER_SECOND = 1000;
    private static final String EVERYTHING = "#";

    private final Retained retained;
    private final IntSupplier count;
    private final NodeFacts facts;

    RetainedCommand(Retained retained, IntSupplier count, NodeFacts facts) {
        this.retained = retained;
        this.count = count;
        this.facts = facts;
    }

    @Override
    public String name() {
        return "retained";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("retained list [<Filter>]", "List retained messages"),
                new Usage("retained show <Topic>", "Show a retained message"),
                new Usage("retained count", "Count retained messages"),
                new Usage("retained clean [<Filter>]", "Remove retained messages"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        String form = arguments.isEmpty() ? "" : arguments.get(0) + '/' + arguments.size();
        try {
            switch (form) {
                case "list/1" -> list(TopicFilter.of(EVERYTHING), answer);
                case "list/2" -> list(TopicFilter.of(arguments.get(1)), answer);
                case "show/2" -> show(TopicName.of(arguments.get(1)), answer);
                case "count/1" -> count(answer);
                case "clean/1" -> clean(TopicFilter.of(EVERYTHING), answer);
                case "clean/2" -> clean(TopicFilter.of(arguments.get(1)), answer);
                default -> throw CtlException.unknownForm();
            }
        } catch (InvalidTopicException e) {
            throw new CtlException("Error: " + e.getMessage());
        }
    }

    private void list(TopicFilter filter, Answer answer) {
        Retained.Cursor cursor = retained.matching(filter);
        answer.beginList();
        Message message = cursor.next();
        while (message != null && answer.room() > 0) {
            Message shown = message;
            answer.row(text(shown), object -> describe(shown, object));
            message = cursor.next();
        }
        answer.endList();
    }

    private void show(TopicName topic, Answer answer) throws CtlException {
        Message message = retained.matching(TopicFilter.of(topic.text())).next();
        if (message == null) {
            throw new CtlException("Not Found.");
        }
        String payload = utf8(message.payload());
        String shown = payload == null
                ? "  payload (base64): " + Base64.getEncoder().encodeToString(message.payload())
                : "  payload         : " + Printable.line(payload);
        answer.object(text(message) + '\n' + shown, object -> {
            describe(message, object);
            object.field("payload", payload)
                    .field("payload_base64", Base64.getEncoder().encodeToString(message.payload()));
        });
    }

    private void count(Answer answer) {
        int now = count.getAsInt();
        answer.object(Integer.toString(now), object -> object.field("count", now));
    }

    private void clean(TopicFilter filter, Answer answer) throws CtlException {
        int removed = new RetainedRemoval(retained, facts.name().toString(), facts.clock()).remove(filter);
        answer.object("Removed " + removed + " retained messages.", object -> object.field("removed", removed));
    }

    private static @Nullable String utf8(byte[] payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static String text(Message message) {
        return Printable.line("Retained(" + message.topic()
                + ", qos=" + message.qos().code()
                + ", size=" + message.payload().length
                + ", publisher=" + message.publisher()
                + ", received_at=" + message.acceptedAtMs() / MS_PER_SECOND + ')');
    }

    private static void describe(Message message, JsonWriter object) {
        object.field("topic", message.topic())
                .field("qos", message.qos().code())
                .field("size", message.payload().length)
                .field("publisher", message.publisher())
                .field("received_at", message.acceptedAtMs() / MS_PER_SECOND);
    }
}
