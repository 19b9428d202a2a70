"""Names of brands, teams, places, bands and films that contain a colour word and mean none."""

NAMES = (
    # shoes and clothes
    "red wing, red wings, levi red tab, red tab, levi's red tab, orange tab, black diamond, golden goose, white stuff, old navy, red valentino, white mountain, blue inc,"
    " silver jeans, black label, blue label, purple label, red label, green label, white label, gold label, black pyramid, off-white c/o, pink tartan,"
    " orange culture, olive et oriel, violet hill, rose anvil, brown shoe, cole haan grand, black crows, blackstone, blue harbour,"
    " rag & bone black, ivory ella, victoria's secret pink, bluestone, redback, silver lake, white house black market, red dragon,"
    " black rock, blue illusion, true navy, brunello, red kap, navy seal, navy seals, us navy, u.s. navy, royal navy, army navy,"
    " blue sky, blauer, blue industry, blue seven, pme legend blue, white company, the white company, red herring, green lamb,"
    # drinks, firms and shops
    " red bull, jet blue, jetblue, blue origin, blue cross, red cross, orange theory, olive garden, ruby tuesday, red lobster, blue bell,"
    " black & decker, blue apron, green giant, red hat, blue moon, johnnie walker red, black cat, white claw, silver spoon, cherry coke,"
    # teams and colleges
    " green bay, green bay packers, red sox, white sox, blue jays, cleveland browns, orange bowl, rose bowl, cotton bowl, golden state,"
    " golden state warriors, golden knights, blackhawks, red devils, all blacks, crimson tide, golden eagles, scarlet knights, blue devils,"
    " red raiders, green wave, golden bears, golden gophers, blue raiders, black knights, brown university, red bulls, blue bombers,"
    " silver and black, blue hens, mean green, big red, red storm, black bears, white caps, st louis blues, cincinnati reds, tar heels,"
    " purple aces, syracuse orange, netherlands orange, red star, black stars, super eagles green, les bleus, azzurri, la roja, oranje boven,"
    # places
    " orange county, red sea, black sea, white sea, yellow sea, yellowstone, black forest, white house, red square, blue mountains,"
    " blue ridge, white river, red river, green mountain, golden gate, gold coast, silver spring, silver lake, silverstone, ivory coast, coral gables, coral springs,"
    " white plains, black hills, red rocks, red rock, blue lagoon, emerald isle, cape coral, amber road, rose hill, green river,"
    " orange beach, cherry hill, olive branch, pink sands, white sands, black mountain, purple mountain, red hook, greenwich, greenpoint,"
    " bowling green, golden beach, whitehorse, orange park, orange city, port orange, blue island, black rock desert, great white north,"
    # bands, films, people
    " pink floyd, deep purple, black sabbath, red hot chili peppers, red hot chilli peppers, green day, blue note, blue oyster cult, simply red,"
    " maroon 5, coldplay yellow, yellow submarine, the white album, white album, purple rain, black eyed peas, black flag, black keys,"
    " the black keys, white stripes, the white stripes, white zombie, whitesnake, black crowes, the black parade, black parade, black veil brides, white lion, amy winehouse back to black, back to black,"
    " king crimson, frank ocean, frank ocean blonde, channel orange, rose tattoo, guns n roses, guns and roses, stone roses, rolling stone, rolling stones, stone temple pilots,"
    " queens of the stone age, emerson lake, blink 182, barenaked, al green, james brown, chris brown, bobby brown, charlie brown, jackie brown,"
    " jack white, barry white, betty white, walter white, snow white, scarlet witch, black widow, black panther, black adam, green lantern,"
    " green arrow, silver surfer, blue beetle, red hood, pink panther, the color purple, the colour purple, clockwork orange, a clockwork orange, men in black,"
    " orange is the new black, black mirror, mr pink, mr white, mr brown, reservoir dogs pink, white walker, green goblin, red skull, black lives matter, big blue,"
    " golden girls, golden retriever, red dead, red dead redemption, pokemon red, black ops, call of duty black ops, red alert, black butler, black clover,"
    " black friday, black belt, green peace, greenpeace, red nose, blue lives, golden hour, white noise, black metal, red solo cup, green card,"
    " black label society, grey's anatomy, greys anatomy, earl grey, fifty shades, 50 shades of grey, fifty shades of grey, little red riding hood, agent orange, violet evergarden, ruby rose,"
    " kind of blue, kelly green's, kate moss, moss bros, ted baker, karen millen, amber heard, hunter boots, hunter wellington, jet li, rusty, pearl jam,"
    " indigo girls, jimmy choo, cherry blossom, bronze age, tom ford black orchid, black orchid, burberry, navy cut, player's navy, lemon jelly, peach aviator, cream band, sky sports, sky news, the sand"
)  # fmt: skip
