"""Evidence bundles: an answer with all that a stranger needs to check it, offline.

Floors, from the top: `answering` (the middleware that gives bundles) over `making` (what is in one) over
`gathering` (which entries an answer rests on); `verifying` (what a bundle proves) beside them. Below: `deriving`
(the application answers again) over `shelf` (a bundle as a source of answers); `check` (what is claimed, claim by
claim) over `contents` (what the files say) over `form` (the files and their archive). The last three are pure.
"""
