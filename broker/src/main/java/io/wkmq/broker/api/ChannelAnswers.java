package io.wkmq.broker.api;

import io.wkmq.broker.connection.ChannelQuestions;
import io.wkmq.broker.http.JsonWriter;
import io.wkmq.channel.engine.ChannelGoneException;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.registry.ChannelDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers clients' questions about channels, in the format of the HTTP API. Thread-safe. */
public final class ChannelAnswers implements ChannelQuestions {
    private static final Logger log = LoggerFactory.getLogger(ChannelAnswers.class);
    private static final Set<String> FIELDS = Set.of("from", "to", "limit", "payload");

    /** Clients may limit the packet size; the next page continues where this one ends. */
    private static final long PAGE_BYTES_MAX = 256 << 10;

    private final String node;
    private final Clock clock;
    private final ChannelPages pages;
    private final ChannelInfos infos;

    /**
     * Creates the answers of a node.
     *
     * @param nanoTime the clock by which cached descriptions of channels expire
     */
    public ChannelAnswers(String node, NodeChannels channels, Clock clock, LongSupplier nanoTime) {
        this.node = node;
        this.clock = clock;
        this.pages = new ChannelPages(channels);
        this.infos = new ChannelInfos(channels, nanoTime);
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public CompletionStage<byte[]> messages(
            String name, @Nullable ChannelDefinition channel, byte[] question, Executor loop) {
        PageRequest wanted;
        try {
            if (channel == null) {
                throw ApiException.noChannel(name);
            }
            wanted = read(question);
        } catch (ApiException e) {
            return CompletableFuture.completedFuture(failure(e));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(failure(ApiException.badRequest(String.valueOf(e.getMessage()))));
        }
        return pages.read(channel, wanted, PAGE_BYTES_MAX)
                .handleAsync(
                        (page, failure) -> failure == null ? json(name, page, wanted) : failure(name, failure), loop);
    }

    private static PageRequest read(byte[] question) throws ApiException {
        if (question.length == 0) {
            return PageRequest.of(null, null, null, null);
        }
        JsonObject object = JsonObject.read(question, FIELDS);
        return PageRequest.of(object.field("from"), object.field("to"), object.field("limit"), object.field("payload"));
    }

    private byte[] json(String name, ChannelPage page, PageRequest wanted) {
        return bytes(MessageJson.page(name, page, wanted.payload(), clock.millis()));
    }

    private static byte[] failure(String name, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ChannelGoneException) {
            return failure(ApiException.noChannel(name));
        }
        log.warn("Cannot read a channel channel={}", name, cause);
        return failure(ApiException.unavailable("Channel " + name + " cannot be read"));
    }

    private static byte[] failure(ApiException failure) {
        return bytes(ErrorJson.of(failure.code(), failure.text()));
    }

    @Override
    public CompletionStage<Optional<byte[]>> info(ChannelDefinition channel) {
        return infos.of(channel).handle((info, failure) -> {
            if (failure != null) {
                log.debug("Cannot publish a channel's $info channel={}", channel.name(), failure);
                return Optional.empty();
            }
            JsonWriter json = new JsonWriter().beginObject().field("channel", channel.name());
            return Optional.of(bytes(info.write(json).endObject().toString()));
        });
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
