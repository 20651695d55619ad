/** Tests of the session layer and the fakes they use. */
@NullMarked
package io.wkmq.session;

import org.jspecify.annotations.NullMarked;
