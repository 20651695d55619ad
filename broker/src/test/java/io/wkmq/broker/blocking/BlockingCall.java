package io.wkmq.broker.blocking;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A potentially blocking call made on an event loop.
 *
 * @param loop the name of the loop's thread
 * @param method the method called
 * @param from the location of the call
 */
record BlockingCall(String loop, String method, Throwable from) {
    @Override
    public String toString() {
        StringWriter text = new StringWriter();
        from.printStackTrace(new PrintWriter(text, true));
        return "The event loop " + loop + " called " + method + ", which may block:\n" + text;
    }
}
