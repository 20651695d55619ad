package io.wkmq.broker.protocol;

import io.wkmq.broker.plugin.PluginJars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Creates a plugin jar that sets up the broker under test as {@link BrokerFeature} says. */
final class ProtocolTestPlugin {
    static final String NAME = "protocoltest";

    private static final String MEMBERS = """
            public void start(PluginContext context) {
                context.addAuthenticator(new Authenticator() {
                    public CompletionStage<AuthenticationResult> authenticate(ClientInfo client, Credentials shown) {
                        return "%1$s".equals(shown.userName())
                                ? AuthenticationResult.denied(AuthenticationResult.Reason.BAD_CREDENTIALS).now()
                                : AuthenticationResult.allowed().now();
                    }
                    public boolean inline() { return true; }
                });
                context.addAuthorizer((client, request) -> {
                    String topic = request instanceof AccessRequest.Publish publish
                            ? publish.topic().text()
                            : ((AccessRequest.Subscribe) request).filter().filter().text();
                    return (topic.startsWith("%2$s/") ? Authorization.DENY : Authorization.ALLOW).now();
                });
                context.addEnhancedAuthenticator(new EnhancedAuthenticator() {
                    public String method() { return "%3$s"; }
                    public Exchange begin(ClientInfo client) {
                        return new Exchange() {
                            private boolean asked;
                            public CompletionStage<Step> proceed(byte[] data) {
                                String text = data == null ? "" : new String(data);
                                Step step;
                                if (!asked) {
                                    asked = true;
                                    step = new Challenge("%4$s".getBytes());
                                } else if (text.equals("%5$s")) {
                                    step = new Success(new AuthenticationResult.Allowed(false, null, null), null);
                                } else {
                                    step = new Failure(AuthenticationResult.Reason.NOT_AUTHORIZED);
                                }
                                return CompletableFuture.completedStage(step);
                            }
                        };
                    }
                });
            }
            public void stop() {}
            """;

    private ProtocolTestPlugin() {}

    /** Puts the jar into the plugins of a node's home. */
    static void install(Path home) throws IOException {
        Path plugins = Files.createDirectories(home.resolve("plugins"));
        new PluginJars(plugins, Files.createDirectories(home.resolve("scratch")))
                .add(
                        NAME,
                        MEMBERS.formatted(
                                BrokerUnderTest.REFUSED_USER,
                                BrokerUnderTest.DENIED_TOPICS,
                                ChallengeMethod.NAME,
                                ChallengeMethod.CHALLENGE,
                                ChallengeMethod.RESPONSE));
    }
}
