package io.wkmq.broker.api;

import io.wkmq.broker.http.HttpService;
import io.wkmq.broker.http.Reply;
import io.wkmq.broker.http.ReplyAbandonedException;
import io.wkmq.broker.http.Request;
import io.wkmq.broker.http.TokenFile;
import io.wkmq.broker.http.Workers;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.cluster.Cluster;
import io.wkmq.session.RareWarning;
import java.time.Clock;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API of a node, for clients that present the token of {@code wkctl}: its channels, and what it replicates together
 * with other nodes. At most {@value #WORKERS_MAX} requests are processed at once; more are answered with 503. Thread-safe.
 */
public final class Api implements HttpService, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Api.class);

    private static final int WORKERS_MAX = 4;

    private final TokenFile token;
    private final RareWarning warning;
    private final ApiPages channels;
    private final ApiPages cluster;
    private final Workers workers = new Workers("wkmq-api", WORKERS_MAX);

    /** Creates the API of a node. */
    public Api(NodeChannels channels, Cluster cluster, TokenFile token, Clock clock) {
        this.token = token;
        this.warning = new RareWarning(log, clock);
        this.channels = new ChannelsApi(channels, cluster, clock);
        this.cluster = new ClusterApi(channels, cluster);
    }

    @Override
    public void serve(Request request, Reply reply) {
        if (!token.shownBy(request)) {
            // Rate-limited, because clients without a token may send any number of requests.
            warning.warn("Requests to the API are refused because they lack the token path={}", request.path());
            JsonReplies.send(
                    reply,
                    401,
                    ErrorJson.of("UNAUTHORIZED", "Expected 'Authorization: Bearer <token>' with the token of wkctl"),
                    Map.of("WWW-Authenticate", "Bearer"));
        } else if (!workers.offer(() -> answer(request, reply))) {
            JsonReplies.fail(reply, ApiException.unavailable("Too many requests at once, try again later"));
        }
    }

    private void answer(Request request, Reply reply) {
        try {
            (request.path().startsWith("/cluster/") ? cluster : channels).route(request, reply);
        } catch (ApiException e) {
            JsonReplies.fail(reply, e);
        } catch (IllegalArgumentException e) {
            JsonReplies.fail(reply, ApiException.badRequest(String.valueOf(e.getMessage())));
        } catch (ReplyAbandonedException e) {
            log.debug("A request was not finished: {} path={}", e.getMessage(), request.path());
        } catch (RuntimeException e) {
            log.error("A request to the API failed path={}", request.path(), e);
            JsonReplies.fail(reply, new ApiException(500, "INTERNAL_ERROR", "The request failed, see the node's log"));
        }
    }

    /** Interrupts requests in progress. */
    @Override
    public void close() {
        workers.close();
    }
}
